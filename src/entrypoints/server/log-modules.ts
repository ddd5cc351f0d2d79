import type { Log, LogLevel } from "../../ports/log.js";
import { type Module, override, systemModule, tokens } from "../container/index.js";

/** The modules of a log, or of lines of JSON on standard error from a level on; none where nothing is to be logged. */
export function createLogModules(log: Log | LogLevel | undefined): readonly Module[] {
  if (log === undefined) return [];
  return typeof log === "string" ? [systemModule({ level: log })] : [override(tokens.log, () => log)];
}
