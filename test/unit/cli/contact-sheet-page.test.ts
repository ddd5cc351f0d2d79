import { describe, expect, it } from "@jest/globals";
import { describeRecord } from "../../../src/domain/model/image-record.js";
import { renderImageSection } from "../../../src/entrypoints/cli/contact-sheet-page.js";
import { FULL_RECORD } from "../../../src/ports/contracts/metadata-repository/records.js";

/** The caption in the contact sheet for a rendition of so many bytes, of an original of a million. */
function renderCaption(bytes: number): string {
  const { source, renditions, ...rest } = describeRecord(FULL_RECORD);
  if (rest.status !== "ready" || !source) throw new Error("expected a ready record");
  const [rendition] = renditions;
  if (!rendition) throw new Error("expected a rendition");
  const record = {
    ...rest,
    source: { ...source, bytes: 1_000_000 },
    renditions: [{ ...rendition, bytes }],
  } as ReturnType<typeof describeRecord>;
  return renderImageSection({
    type: "ready",
    file: { key: "cat.jpg" } as never,
    record,
    unchanged: false,
    replaced: false,
  });
}

describe("the share of its original that a rendition takes", () => {
  it.each([
    [999, "under 0.1 %"],
    [1_000, "0.1 %"],
    [12_300, "1.2 %"],
    [99_000, "9.9 %"],
    [100_000, "10 %"],
    [126_000, "13 %"],
    [1_000_000, "100 %"],
    [2_500_000, "250 %"],
  ])("of %i bytes in a million reads as %s", (bytes, share) => {
    expect(renderCaption(bytes)).toContain(`, ${share}</span>`);
  });
});
