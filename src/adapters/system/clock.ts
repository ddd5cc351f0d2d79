import type { Clock } from "../../ports/clock.js";

/** The clock of this machine. */
export const systemClock: Clock = () => new Date();
