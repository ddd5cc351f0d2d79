import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DOMAIN } from "../../src/testing/histories/domain.js";
import { histories, playHistory } from "../../src/testing/histories/play.js";
import { createMemoryStores } from "../support/history/memory-stores.js";
import { chooseCount, SEED } from "../support/sample.js";

const numRuns = chooseCount({ fast: 300, ordinary: 600, long: 3_000 }, "SAFELIGHT_HISTORIES");

/** The same bytes have the same etag in some stores, and another one with each write in others: nothing may rely on either. */
const ETAGS = ["by-content", "by-write"] as const;

describe("whatever happens to an upload", () => {
  it(`ends as one pass over the final originals would, in ${numRuns} histories`, async () => {
    const reached = { sameKeyHandlers: 0, sameBytesAgain: 0, crashInOutbox: 0, conflicts: 0 };
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom(...ETAGS), async (numbers, etags) => {
        const history = await playHistory(DOMAIN, numbers, () => createMemoryStores(etags));
        for (const [hard, count] of Object.entries(history))
          reached[hard as keyof typeof reached] += Number(count);
      }),
      { numRuns, endOnFailure: true, seed: SEED },
    );
    // A suite that never meets the hard cases proves nothing.
    expect(reached.sameKeyHandlers).toBeGreaterThan(numRuns / 5);
    expect(reached.sameBytesAgain).toBeGreaterThan(numRuns / 20);
    expect(reached.crashInOutbox).toBeGreaterThan(numRuns / 100);
    expect(reached.conflicts).toBeGreaterThan(numRuns / 20);
  }, 7_200_000);
});
