import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** The folder that Fontconfig reads when the environment names none. */
const SYSTEM_FOLDER = "/etc/fonts";

let scratch: string | undefined;

/**
 * Writes a configuration for Fontconfig before it first looks for one. On a machine without its files, as in a container
 * or a Lambda function, it would print errors. A configuration that works is kept: the process may draw other text too.
 * Watermarks depend on neither, since their font is given as a file.
 */
export function prepareFontconfig(environment: NodeJS.ProcessEnv = process.env): void {
  if (isConfigured(environment)) return;
  const file = join(getScratchFolder(), "fonts.conf");
  writeFileSync(file, formatFontsConf(join(getScratchFolder(), "cache")));
  // Node sets this in the C library's environment, from which Fontconfig reads it.
  environment.FONTCONFIG_FILE = file;
}

/** Returns a folder of this process alone, for files that libraries read by name only; created on the first call. */
export function getScratchFolder(): string {
  // A random name: in a shared temporary folder, another user could have put a font under a known one.
  if (scratch === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "safelight-fonts-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    scratch = folder;
  }
  return scratch;
}

function isConfigured({ FONTCONFIG_FILE: file, FONTCONFIG_PATH: path }: NodeJS.ProcessEnv): boolean {
  const name = file || "fonts.conf";
  if (isAbsolute(name)) return existsSync(name);
  const folders = [...(path ?? "").split(delimiter).filter((folder) => folder !== ""), SYSTEM_FOLDER];
  return folders.some((folder) => existsSync(join(folder, name)));
}

function formatFontsConf(cache: string): string {
  const escaped = cache.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0"?>\n<fontconfig><cachedir>${escaped}</cachedir></fontconfig>\n`;
}
