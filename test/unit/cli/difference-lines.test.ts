import { describe, expect, it } from "@jest/globals";
import { type DifferenceSummary, NO_DIFFERENCE } from "../../../src/domain/model/difference.js";
import { formatOutcomes, formatPlanned } from "../../../src/entrypoints/cli/difference-lines.js";

const summarize = (images: number, outcomes: DifferenceSummary["outcomes"]) => ({
  ...NO_DIFFERENCE,
  images,
  outcomes,
});

describe("the words of a plan", () => {
  it("counts one image as one, and promises to close no more than reconcile does", () => {
    const closes = '"safelight reconcile" closes';
    const left = "left (rendered by another engine; see --other-engine)";
    expect(formatPlanned(summarize(0, {}))).toBe("every image is as it should be");
    expect(formatPlanned(summarize(1, { found: 1 }))).toBe(`1 image differs; ${closes} that`);
    expect(formatPlanned(summarize(9, { found: 8, left: 1 }))).toBe(
      `9 images differ; ${closes} 8; 1 ${left}`,
    );
    expect(formatPlanned(summarize(2, { left: 2 }))).toBe(`2 images differ; 2 ${left}`);
    expect(formatPlanned(summarize(1, { failed: 1 }))).toBe("1 image differs");
  });
});

describe("the words of what was closed", () => {
  it("counts what could not be settled as not closed", () => {
    const summary = summarize(5, { requested: 3, closed: 2 });
    expect(formatOutcomes(summary, { settled: 2, failed: 1 })).toBe(
      "5 images differed: 4 closed, 1 could not finish",
    );
    expect(formatOutcomes(summary)).toBe("5 images differed: 2 closed, 3 requested");
  });

  it("says that an interrupted run's requests were settled, which no longer differ when all is compared", () => {
    expect(formatOutcomes(NO_DIFFERENCE, { settled: 692, failed: 0 })).toBe(
      "0 images differed: 0 closed; 692 settled that waited in the queue already",
    );
  });
});
