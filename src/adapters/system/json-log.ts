import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import type { Clock } from "../../ports/clock.js";
import type { Log, LogLevel } from "../../ports/log.js";

/** Options of {@link jsonLog}. */
export interface JsonLogOptions {
  /** The stream that receives the lines. Standard error by default, so that standard output stays free for results. */
  readonly stream?: { write(line: string): unknown };
  /** Lines below this level are dropped. `"info"` by default. */
  readonly level?: LogLevel;
  /** Gives each line its `time`. The system's clock by default. */
  readonly clock?: Clock;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * A log that writes one line of JSON an entry: `time` (ISO 8601, UTC), `level`, `message` and, if given, `fields`.
 * Invisible characters are escaped: keys of originals are chosen by strangers and end up here.
 */
export function jsonLog(options: JsonLogOptions = {}): Log {
  const { stream = process.stderr, level: minimum = "info", clock = () => new Date() } = options;
  return (level, message, fields) => {
    if (SEVERITY[level] < SEVERITY[minimum]) return;
    const entry = { time: clock().toISOString(), level, message };
    stream.write(`${escapeInvisible(serialize(entry, fields))}\n`);
  };
}

/** A log line must never be the reason why a settlement fails, so fields that are not JSON are named instead. */
function serialize(entry: object, fields: Readonly<Record<string, unknown>> | undefined): string {
  try {
    return JSON.stringify({ ...entry, fields });
  } catch (error) {
    return JSON.stringify({ ...entry, fields: { unserializable: String(error) } });
  }
}
