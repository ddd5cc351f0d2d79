/** How much a line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Writes one line about what happened. `fields` are plain JSON; keys of originals are data there, never part of the message. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;
