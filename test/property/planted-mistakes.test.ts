import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DOMAIN } from "../../src/testing/histories/domain.js";
import { histories, playHistory } from "../../src/testing/histories/play.js";
import { checkFits, loadMistakenDomain } from "../support/history/domain.js";
import { createMemoryStores } from "../support/history/memory-stores.js";
import { MISTAKES } from "../support/history/mistakes.js";
import { EXTENT, takeSample } from "../support/sample.js";

/** The same histories for every mistake and in every run: what is shown here is the suite, not the code. */
const SUITE = { numRuns: 12_000, seed: 5, endOnFailure: true };

const PLANTED =
  EXTENT === "long"
    ? MISTAKES
    : takeSample(
        MISTAKES.filter(({ isRare }) => !isRare),
        20,
      );

it("every mistake still fits the source, whether it is in today's sample or not", () => {
  for (const mistake of MISTAKES) expect(() => checkFits(mistake)).not.toThrow();
});

describe("the history suite catches a planted mistake:", () => {
  it.each(PLANTED)(
    "$name",
    async (mistake) => {
      const domain = await loadMistakenDomain(mistake);
      const play = fc.asyncProperty(
        histories,
        async (numbers) => void (await playHistory(domain, numbers, createMemoryStores)),
      );
      const { failed, counterexample } = await fc.check(play, { ...SUITE, seed: mistake.seed ?? SUITE.seed });
      expect(failed).toBe(true);
      await expect(
        playHistory(DOMAIN, counterexample?.[0] ?? new Uint8Array(), createMemoryStores),
      ).resolves.toBeDefined();
    },
    1_200_000,
  );
});
