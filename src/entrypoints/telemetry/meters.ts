import type { METRICS } from "./metric-names.js";

/** Counts what a process settles, by the names of {@link METRICS}. */
export interface Meters {
  count(name: keyof typeof METRICS, times?: number): void;
  countBytes(name: "bytesIn" | "bytesOut", bytes: number): void;
  /** Records how many milliseconds one settlement took. */
  recordDuration(milliseconds: number): void;
  /** Counts a rejection, over all codes and by its code. */
  countRejection(code: string): void;
}

/** Counts nothing. */
export const NO_METERS: Meters = {
  count() {},
  countBytes() {},
  recordDuration() {},
  countRejection() {},
};
