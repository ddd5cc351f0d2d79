import { EXIT } from "./exit-codes.js";
import { report } from "./output.js";

/** Codes of Node.js for a module or a library that is not there, or cannot be opened on this machine. */
const MISSING_LIBRARY: ReadonlySet<unknown> = new Set([
  "MODULE_NOT_FOUND",
  "ERR_MODULE_NOT_FOUND",
  "ERR_DLOPEN_FAILED",
]);

const reported = new Set<string>();

/** Reports an error that nobody expects, once. */
export function reportUnexpected(error: unknown): void {
  const text = describe(error);
  if (!reported.has(text)) report(text);
  reported.add(text);
}

/** From here on an error that nobody catches ends the command with the exit code 3: Node.js' own says that an image was rejected. */
export function handleUncaughtErrors(): void {
  process.on("uncaughtException", (error) => {
    reportUnexpected(error);
    process.exit(EXIT.unfinished);
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected error: ${String(error)}`;
  const { code }: NodeJS.ErrnoException = error;
  const [line = ""] = error.message.split("\n");
  // sharp wraps the error of its library, and takes the code away.
  if (MISSING_LIBRARY.has(code) || line.startsWith("Could not load the "))
    return `a library of Safelight cannot be loaded (${line}); install it anew on this machine`;
  return `unexpected error: ${error.stack ?? error.message}`;
}
