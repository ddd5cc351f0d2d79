import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { normalizeS3Sequencer } from "../../../src/adapters/aws/sequencer.js";
import { compareVersions, deriveChangeVersion } from "../../../src/domain/model/version.js";

const sequencers = fc.stringMatching(/^[0-9A-Fa-f]{1,20}$/);

/** One sequencer, and beside it another way to write it or one that is nearly the same. */
const pairs = fc.oneof(
  fc.tuple(sequencers, sequencers),
  fc
    .tuple(sequencers, fc.constantFrom("", "0", "00", "1", "a", "A", "01"))
    .map(([one, tail]) => [one, one + tail]),
  sequencers.map((one) => [one.toUpperCase(), one.toLowerCase()]),
);

/** As S3's documentation says: padded on the right with zeros to one length, then compared as hexadecimal. */
function compareAsDocumented(one: string, other: string): number {
  const toValue = (text: string) => BigInt(`0x${text.padEnd(128, "0")}`);
  return toValue(one) < toValue(other) ? -1 : toValue(one) > toValue(other) ? 1 : 0;
}

describe("a sequencer of S3", () => {
  it("has the order that S3 documents, and one spelling", () => {
    fc.assert(
      fc.property(pairs, ([one = "", other = ""]) => {
        const [a, b] = [one, other].map((text) => deriveChangeVersion(normalizeS3Sequencer(text)));
        expect(a && b && compareVersions(a, b)).toBe(compareAsDocumented(one, other));
      }),
    );
  });

  it("is never empty, not even for zero", () => {
    for (const zero of ["0", "00", "0".repeat(128)]) expect(normalizeS3Sequencer(zero)).toBe("0");
    expect(normalizeS3Sequencer("0055aed6dcd90281e500")).toBe("0055AED6DCD90281E5");
  });

  it.each(["", "g", "0x1", "1 ", "-1", "1".repeat(129), "\u0661"])("is not %j", (text) => {
    expect(() => normalizeS3Sequencer(text)).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});
