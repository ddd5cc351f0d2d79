import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DOMAIN } from "../../src/testing/histories/domain.js";
import { histories, playHistory } from "../../src/testing/histories/play.js";
import {
  createOrderedStores,
  loadMistakenOrder,
  type OrderMistake,
} from "../support/history/ordered-stores.js";
import { chooseCount, EXTENT, SEED } from "../support/sample.js";

const numRuns = chooseCount({ fast: 60, ordinary: 60, long: 1_500 }, "SAFELIGHT_ORDERED_HISTORIES");

/** The same histories in every run: what is shown by them is the suite. */
const SUITE = { numRuns: 12_000, seed: 5, endOnFailure: true };

const MISTAKES: readonly OrderMistake[] = [
  {
    name: "the number is drawn before the put",
    edits: [
      {
        from: "    const { etag } = await this.#write(",
        to: "    const sequencer = await this.#looks.show(look, key);\n    const { etag } = await this.#write(",
      },
      {
        from: "return { etag, sequencer: await this.#looks.show(look, key) };",
        to: "return { etag, sequencer };",
      },
    ],
  },
  {
    name: "nothing is written down before the put",
    edits: [
      {
        from: 'return this.#looks.open(key, { for: "a write", seconds: this.#longestWrite }, { signal });',
        to: 'signal?.throwIfAborted();\n    return Promise.resolve("none");',
      },
    ],
  },
  {
    name: "a removal is written down once it has happened",
    isRare: true,
    edits: [
      {
        from: "    const look = await this.#open(key, options);\n    await this.#write(",
        to: '    const look = "none";\n    await this.#write(',
      },
    ],
  },
];

describe("whatever store originals lie in, and whoever dies while writing one", () => {
  it(`ends as one pass over the final originals would, in ${numRuns} histories`, async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        async (numbers) => void (await playHistory(DOMAIN, numbers, () => createOrderedStores())),
      ),
      { numRuns, endOnFailure: true, seed: SEED },
    );
  }, 7_200_000);

  it.each(MISTAKES.filter(({ isRare }) => EXTENT === "long" || !isRare))(
    "is noticed if $name",
    async (mistake) => {
      const keepOrder = await loadMistakenOrder(mistake);
      const play = fc.asyncProperty(
        histories,
        async (numbers) => void (await playHistory(DOMAIN, numbers, () => createOrderedStores(keepOrder))),
      );
      const { failed } = await fc.check(play, SUITE);
      expect(failed).toBe(true);
    },
    1_200_000,
  );
});
