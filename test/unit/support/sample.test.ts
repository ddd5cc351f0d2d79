import { describe, expect, it } from "@jest/globals";
import { listRepositoryFiles, readText } from "../../support/repository.js";
import { takeSample } from "../../support/sample.js";

const ELEMENTS = Array.from({ length: 45 }, (_, index) => index);

describe("a sample", () => {
  it("is never empty, and has every element once in a period of days", () => {
    for (const period of [1, 2, 5, 9, 45, 60]) {
      const days = Array.from({ length: Math.min(period, 45) }, (_, day) =>
        takeSample(ELEMENTS, period, { extent: "ordinary", seed: 20_786 + day }),
      );
      expect(days.filter((elements) => elements.length === 0)).toEqual([]);
      expect(days.flat().sort((a, b) => a - b)).toEqual(ELEMENTS);
    }
  });

  it("is the same for the same seed", () => {
    const days = [1, 2, 1].map((seed) => takeSample(ELEMENTS, 5, { extent: "fast", seed }));
    expect(days[2]).toEqual(days[0]);
    expect(days[1]).not.toEqual(days[0]);
  });

  it("is everything in the long run", () => {
    expect(takeSample(ELEMENTS, 5, { extent: "long", seed: 3 })).toEqual(ELEMENTS);
  });

  it("is used by test files only: the long run finds its suites by their imports", () => {
    const takers = listRepositoryFiles().filter(
      (path) => path.startsWith("test/") && /from ".*\/sample\.js"/.test(readText(path)),
    );
    expect(takers).toContain("test/property/histories.test.ts");
    expect(takers.filter((path) => !path.endsWith(".test.ts"))).toEqual([
      // Parts of test/browser/dashboard.test.ts, which takes samples itself.
      "test/browser/quality.ts",
      "test/browser/situations.ts",
      "test/support/sampled-tests.ts",
    ]);
  });
});
