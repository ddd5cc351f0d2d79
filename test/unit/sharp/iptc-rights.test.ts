import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readIptcRights } from "../../../src/adapters/sharp/inspect/iptc-rights.js";
import { buildIptc, buildPhotoshop } from "../../support/rights-blocks.js";

const RIGHTS = buildIptc([
  [2, 80, "Jane"],
  [2, 80, "Zo\u00eb"],
  [2, 90, "a city"],
  [2, 110, "Agency"],
  [2, 116, "\u00a9 Jane"],
]);

const READ = { creators: ["Jane", "Zo\u00eb"], copyright: ["\u00a9 Jane"], credit: ["Agency"] };

describe("The rights of an IPTC block", () => {
  it("are read from a bare block and from Photoshop's", () => {
    expect(readIptcRights(RIGHTS)).toEqual(READ);
    const others = [
      [1005, Buffer.alloc(16)],
      [1036, Buffer.alloc(9)],
    ] as const;
    expect(readIptcRights(buildPhotoshop([...others, [1028, RIGHTS]]))).toEqual(READ);
    expect(readIptcRights(buildPhotoshop(others)).creators).toEqual([]);
  });

  it("are in UTF-8 where the block says so, and in whatever they are in otherwise", () => {
    const latin = buildIptc([[2, 116, Buffer.from("\u00a9 Zo\u00eb", "latin1")]]);
    expect(readIptcRights(latin).copyright).toEqual(["\u00a9 Zo\u00eb"]);
    const said = buildIptc([
      [1, 90, "\x1b%G"],
      [2, 116, "\u5199\u771f"],
    ]);
    expect(readIptcRights(said).copyright).toEqual(["\u5199\u771f"]);
  });

  it("come from any bytes without an error", () => {
    fc.assert(
      fc.property(fc.nat(RIGHTS.length - 1), fc.nat(255), fc.nat(RIGHTS.length), (at, value, length) => {
        const changed = Buffer.from(RIGHTS);
        changed[at] = value;
        const block = changed.subarray(0, length);
        expect(() => readIptcRights(block)).not.toThrow();
        expect(() => readIptcRights(buildPhotoshop([[1028, block]]).subarray(0, length))).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});
