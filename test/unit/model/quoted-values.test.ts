import { describe, expect, it } from "@jest/globals";
import { invalidInput, quote } from "../../../src/domain/model/errors.js";

describe("a value that is shown in a refusal", () => {
  it("is whole up to 120 characters, quotes included", () => {
    expect(quote("x".repeat(118))).toBe(`"${"x".repeat(118)}"`);
  });

  it("keeps its beginning beyond that, and says that it goes on", () => {
    expect(quote("x".repeat(119))).toBe(`"${"x".repeat(116)}...`);
    expect(invalidInput("a name", "the key", `cat-${"x".repeat(500)}`).message).toContain('"cat-xxx');
  });

  it.each(["a\nb", "a\r\nb", "\u001b[2J"])("stays on its line: %j", (text) => {
    expect(quote(text)).toMatch(/^[ -~]+$/);
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [Number.NaN, "NaN"],
    [{ toJSON: () => undefined }, "an object that is no JSON"],
    [() => 1, "a function"],
    [new Uint8Array(5), "5 bytes"],
    [Symbol("s"), '"Symbol(s)"'],
  ])("is shown whatever it is: %p", (value, text) => {
    expect(quote(value)).toBe(text);
  });
});
