import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { reconcileImages } from "../../src/domain/use-cases/reconcile-images.js";
import { checkFits, loadMistaken } from "../support/history/domain.js";
import { RECONCILE_MISTAKES } from "../support/reconcile/mistakes.js";
import { playStory, type Reconcile, stories } from "../support/reconcile/play.js";
import { EXTENT, takeSample } from "../support/sample.js";

/** The same stories for every mistake and in every run. */
const SUITE = { numRuns: 1_000, seed: 3, endOnFailure: true };

const PLANTED =
  EXTENT === "long"
    ? RECONCILE_MISTAKES
    : takeSample(
        RECONCILE_MISTAKES.filter(({ isRare }) => !isRare),
        RECONCILE_MISTAKES.length,
      );

it("every mistake still fits the source, whether it is in today's sample or not", () => {
  for (const mistake of RECONCILE_MISTAKES) expect(() => checkFits(mistake)).not.toThrow();
});

describe("stories of damage catch a planted mistake:", () => {
  it.each(PLANTED)(
    "$name",
    async (mistake) => {
      const mistaken = await loadMistaken(mistake, (importModule) =>
        importModule<{ readonly reconcileImages: Reconcile }>("use-cases/reconcile-images.ts"),
      );
      const play = fc.asyncProperty(stories, (story) => playStory(story, mistaken.reconcileImages));
      const { failed, counterexample } = await fc.check(play, SUITE);
      expect(failed).toBe(true);
      for (const story of counterexample ?? []) await playStory(story, reconcileImages);
    },
    600_000,
  );
});
