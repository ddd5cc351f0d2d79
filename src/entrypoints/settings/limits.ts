import type { LogLevel } from "../../ports/log.js";

/** The levels of the log, from the lowest on. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** The most images that `concurrency` may name: each takes the memory of a decoded picture. */
export const MAX_CONCURRENCY = 64;

/** The most images that `maxWaiting` may name. */
export const MAX_WAITING = 1_000_000;

/** The highest number of a port. */
export const MAX_PORT = 65_535;

/** The kinds of stores, by the names that `SAFELIGHT_STORES` gives them. */
export const STORES = ["local", "s3+postgres", "aws"] as const;
