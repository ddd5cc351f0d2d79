import type { Timing } from "../../src/entrypoints/http/client/timing.js";

/** Time that passes only while somebody sleeps, and then at once. */
export function createVirtualTime(): Timing {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}
