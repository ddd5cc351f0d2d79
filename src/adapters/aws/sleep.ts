import { setTimeout } from "node:timers/promises";
import type { Sleep } from "../../ports/sleep.js";

/** A timer of this process. */
export const sleep: Sleep = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });
