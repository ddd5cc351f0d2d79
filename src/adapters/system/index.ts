import { randomBytes } from "node:crypto";
import type { Clock } from "../../ports/clock.js";
import type { Ids } from "../../ports/ids.js";

export { type JsonLogOptions, jsonLog } from "./json-log.js";

/** 132 random bits, rounded up to whole bytes: as many as an image id carries, so that neither can be guessed. */
const RANDOM_BYTES = 17;

/** The clock of this machine. */
export const systemClock: Clock = () => new Date();

/** Ids from the operating system's random source: 23 characters of base64url. */
export const randomIds: Ids = () => randomBytes(RANDOM_BYTES).toString("base64url");
