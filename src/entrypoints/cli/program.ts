import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { hasCode, SafelightError } from "../../domain/model/errors.js";
import { doctorCommand } from "./doctor-command.js";
import { EXIT } from "./exit-codes.js";
import { removeCommand, showCommand } from "./image-commands.js";
import { listCommand } from "./list-command.js";
import { idsAsOperands } from "./operands.js";
import { expectClosedPipes, report } from "./output.js";
import { planCommand } from "./plan-command.js";
import { processCommand } from "./process-command.js";
import { serveCommand } from "./serve-command.js";

const COMMANDS = [
  processCommand,
  serveCommand,
  listCommand,
  showCommand,
  removeCommand,
  planCommand,
  doctorCommand,
];

/** Runs one command line (without `node` and the file) and leaves its exit code in `process.exitCode`. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  expectClosedPipes();
  const program = new Command("safelight")
    .description("Turns images into thumbnails and searchable metadata.")
    .version(packageVersion(), "--version")
    .helpOption("--help", "how to use it");
  for (const make of COMMANDS) {
    program.addCommand(make().helpOption("--help", "how to use it"));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => report(text.trimEnd()) });
  }
  try {
    await program.parseAsync(idsAsOperands(words), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said already what is wrong.
      process.exitCode = error.exitCode === 0 ? EXIT.ready : EXIT.usage;
      return;
    }
    report(error instanceof SafelightError ? error.message : `unexpected: ${describe(error)}`);
    const usage = hasCode(error, "invalid-input") || hasCode(error, "not-found");
    process.exitCode = usage ? EXIT.usage : EXIT.unfinished;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  return String((manifest as { version?: unknown }).version);
}
