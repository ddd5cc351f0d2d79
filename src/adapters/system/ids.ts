import { randomBytes } from "node:crypto";
import type { Ids } from "../../ports/ids.js";

/** 132 random bits, rounded up to whole bytes: as many as an image id carries, so that neither can be guessed. */
const RANDOM_BYTES = 17;

/** Ids from the operating system's random source: 23 characters of base64url. */
export const randomIds: Ids = () => randomBytes(RANDOM_BYTES).toString("base64url");
