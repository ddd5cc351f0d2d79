import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { escapeFields } from "../../../src/entrypoints/lambda/escape-fields.js";

describe("text in a log", () => {
  it.each([
    ["a line break", "a\nb", String.raw`a\u000ab`],
    ["an escape sequence", "\u001b[31m", String.raw`\u001b[31m`],
    ["a C1 control", "\u009b31m", String.raw`\u009b31m`],
    ["an Arabic letter mark", "\u061cgpj", String.raw`\u061cgpj`],
    ["a reversed file name", "\u202egpj.exe", String.raw`\u202egpj.exe`],
    ["a line separator", "a\u2028b", String.raw`a\u2028b`],
    ["half a character", "\ud83d.jpg", String.raw`\ud83d.jpg`],
    ["a tag outside the basic plane", "\u{e0041}", String.raw`\udb40\udc41`],
    ["what everybody can see", "café 📷 山.jpg", "café 📷 山.jpg"],
  ])("shows %s", (_name, text, shown) => {
    expect(escapeFields(text)).toBe(shown);
  });

  it("has nothing invisible in it, wherever in the fields it stood", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const told = JSON.stringify(escapeFields({ value, [text]: [text, new Error(text)] }));
        expect(told).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u);
        expect(told).not.toMatch(/[^\\]\\[bfnrt]/);
      }),
    );
  });
});
