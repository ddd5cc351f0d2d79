import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compareKeys } from "../../../src/domain/model/original-key.js";
import { findPrefixEnd, foldName, foldPrefix } from "../../../src/domain/model/search-name.js";

describe("the folded name of a file", () => {
  it.each([
    ["IMG_0001.JPG", "img_0001.jpg"],
    ["\u00c9t\u00e9", "\u00e9t\u00e9"],
    ["E\u0301te\u0301", "\u00e9t\u00e9"],
    ["Stra\u00dfe", "strasse"],
    ["STRA\u1e9eE", "strasse"],
    ["\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3"],
    ["\u03bf\u03b4\u03bf\u03c2", "\u03bf\u03b4\u03bf\u03c3"],
    ["\u0130zmir", "i\u0307zmir"],
    ["a\u200bb\u202ec\n", "abc"],
    ["\u{1f4f7}.png", "\u{1f4f7}.png"],
    ["\u{10ffff}a", "a"],
  ])("of %j is %j", (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  it("is the same for every case of every character, and folding it again changes nothing", () => {
    const different: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const one = String.fromCodePoint(code);
      // Most characters have no case at all, and the others are few.
      if (one.toUpperCase() === one && one.toLowerCase() === one) continue;
      const folded = foldName(one);
      if ([folded, one.toUpperCase(), one.toLowerCase()].some((other) => foldName(other) !== folded))
        different.push(code.toString(16));
    }
    expect(different).toEqual([]);
  });

  it("of a name begins with the folded beginning of the name, wherever that ends between two letters", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."aAzZ\u00c9\u00e9\u00df\u03a3\u03c3\u03c2\u0130 _%1\u{1f4f7}"),
    });
    fc.assert(
      fc.property(letters, letters, (beginning, rest) => {
        const folded = foldName(beginning + rest);
        expect(folded.startsWith(foldName(beginning))).toBe(true);
        expect(compareKeys(folded, findPrefixEnd(foldName(beginning)))).toBeLessThan(0);
      }),
    );
  });

  it("is never longer than an index can hold, whatever the name", () => {
    for (const letter of ["\u0390", "\u{1d160}", "\ufb03", "x", "\u{1f4f7}"])
      for (const length of [63, 64, 127, 255, 4_000])
        expect(Buffer.byteLength(foldName(letter.repeat(length)))).toBeLessThanOrEqual(765);
    expect(foldName("x".repeat(900))).toBe("x".repeat(765));
  });

  it("is whole for the longest beginning that can be searched for", () => {
    for (const letter of ["\u0390", "\ufb03", "\u0344", "x"]) {
      const longest = letter.repeat(Math.floor(255 / Buffer.byteLength(letter)));
      expect(foldName(`${longest}x`).startsWith(foldPrefix(longest))).toBe(true);
    }
  });
});
