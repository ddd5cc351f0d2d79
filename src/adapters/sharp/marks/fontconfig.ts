import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** Where Fontconfig looks when the environment names no place. */
const SYSTEM_FOLDER = "/etc/fonts";

let scratch: string | undefined;

/**
 * Gives Fontconfig something to read before it first looks for it. On a machine without its files, as in a container
 * or a Lambda function, it would complain on standard error. A configuration that works is left alone: the
 * process may draw other text too. Marks depend on neither, since their font is given as a file.
 */
export function prepareFontconfig(environment: NodeJS.ProcessEnv = process.env): void {
  if (isConfigured(environment)) return;
  const file = join(scratchFolder(), "fonts.conf");
  writeFileSync(file, fontsConf(join(scratchFolder(), "cache")));
  // Node hands this to the C library's environment, which is where Fontconfig reads it.
  environment.FONTCONFIG_FILE = file;
}

/** A folder of this process alone, for files that libraries insist on reading by name. */
export function scratchFolder(): string {
  // A name that nobody can foresee: in a shared temporary folder, others could have put their font there before.
  if (scratch === undefined) {
    const made = mkdtempSync(join(tmpdir(), "safelight-fonts-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    scratch = made;
  }
  return scratch;
}

function isConfigured({ FONTCONFIG_FILE: file, FONTCONFIG_PATH: path }: NodeJS.ProcessEnv): boolean {
  const name = file || "fonts.conf";
  if (isAbsolute(name)) return existsSync(name);
  const folders = [...(path ?? "").split(delimiter).filter((folder) => folder !== ""), SYSTEM_FOLDER];
  return folders.some((folder) => existsSync(join(folder, name)));
}

function fontsConf(cache: string): string {
  const escaped = cache.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0"?>\n<fontconfig><cachedir>${escaped}</cachedir></fontconfig>\n`;
}
