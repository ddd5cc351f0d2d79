import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findSimilar } from "../../../src/domain/model/similar.js";

const WORDS = ["thumbnails", "watermark", "uploads", "metadata", "exif", "tagging"];

/** Ways in which a word is misspelled. */
const MISTAKES: Readonly<Record<string, (word: string, at: number) => string>> = {
  "a letter too few": (word, at) => word.slice(0, at) + word.slice(at + 1),
  "a letter too many": (word, at) => `${word.slice(0, at)}q${word.slice(at)}`,
  "a wrong letter": (word, at) => `${word.slice(0, at)}q${word.slice(at + 1)}`,
  "two letters in the wrong order": (word, at) =>
    word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2),
  "capital letters": (word) => word.toUpperCase(),
};

describe("the word that was meant", () => {
  it.each(Object.keys(MISTAKES))("is found in spite of %s", (mistake) => {
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.nat(), (word, at) => {
        const typed = MISTAKES[mistake]?.(word, at % word.length) ?? "";
        expect(findSimilar(typed, WORDS)).toBe(word);
      }),
    );
  });

  it("is no word that has little in common with what was typed", () => {
    expect(findSimilar("colour", WORDS)).toBeUndefined();
    expect(findSimilar("", WORDS)).toBeUndefined();
    expect(findSimilar("width", [])).toBeUndefined();
  });
});
