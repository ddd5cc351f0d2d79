import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { drawTestImage } from "../../support/images.js";
import { computePrint, type Print, printDistance } from "../../support/print.js";
import { CASES, renderCase } from "./cases.js";

const EXPECTED = JSON.parse(
  readFileSync(join("test", "golden", "prints", "expected.json"), "utf8"),
) as Readonly<Record<string, Readonly<Record<string, Print>>>>;

function isAlike(a: Print, b: Print): boolean {
  const { bits, mean, most } = printDistance(a, b);
  return a.size === b.size && a.frames === b.frames && bits <= 4 && mean <= 3 && most <= 20;
}

describe("The set of prints", () => {
  it("has a print for every picture, and no other", () => {
    const names = CASES.map(({ name, wishes }) => [name, Object.keys(wishes)]);
    expect(Object.entries(EXPECTED).map(([name, prints]) => [name, Object.keys(prints)])).toEqual(names);
    expect(names.length).toBeGreaterThan(40);
  });

  it.each(CASES)("of $name looks as it did", async (each) => {
    for (const [name, bytes] of await renderCase(each)) {
      const [found, expected] = [await computePrint(bytes), EXPECTED[each.name]?.[name]];
      if (!expected) throw new Error(`no print of ${name}`);
      expect({ name, alike: isAlike(found, expected), found }).toEqual({
        name,
        alike: true,
        found: expect.anything(),
      });
    }
  });
});

describe("A print", () => {
  const size = { width: 96, height: 64 };
  const drawUpright = async () => sharp(await drawTestImage({ ...size, format: "png" }));

  it("is the same after another encoder or another size in between", async () => {
    const print = await computePrint(await (await drawUpright()).png().toBuffer());
    for (const other of [
      await (await drawUpright()).jpeg({ quality: 85 }).toBuffer(),
      await (await drawUpright()).webp({ quality: 80 }).toBuffer(),
    ])
      expect(isAlike(await computePrint(other), print)).toBe(true);
  });

  it.each([
    ["turned by a half", async () => (await drawUpright()).rotate(180)],
    ["mirrored", async () => (await drawUpright()).flop()],
    ["upside down", async () => (await drawUpright()).flip()],
    [
      "shifted by an eighth",
      async () => (await drawUpright()).extract({ left: 12, top: 0, width: 84, height: 64 }).resize(96, 64),
    ],
    [
      "with red and blue swapped",
      async () =>
        (await drawUpright()).recomb([
          [0, 0, 1],
          [0, 1, 0],
          [1, 0, 0],
        ]),
    ],
    ["darker by a tenth", async () => (await drawUpright()).linear(0.9, 0)],
    ["of another size", async () => (await drawUpright()).resize(95, 64, { fit: "fill" })],
    ["half transparent", async () => (await drawUpright()).ensureAlpha(0.5)],
  ])("distinguishes a picture %s", async (_how, change) => {
    const print = await computePrint(await (await drawUpright()).png().toBuffer());
    expect(isAlike(await computePrint(await (await change()).png().toBuffer()), print)).toBe(false);
  });
});
