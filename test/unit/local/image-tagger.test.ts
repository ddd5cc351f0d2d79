import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nameColor } from "../../../src/adapters/local/color-name.js";
import { LocalImageTagger } from "../../../src/adapters/local/image-tagger.js";
import type { ExifFacts, SourceFacts } from "../../../src/domain/model/image-metadata.js";
import type { Orientation } from "../../../src/domain/model/size.js";
import { PICTURE } from "../../support/memory-harness.js";

async function listTags(facts: Partial<SourceFacts>, dominantColor?: string): Promise<readonly string[]> {
  const input = { ...PICTURE, facts: { ...PICTURE.facts, width: 400, height: 300, ...facts } };
  const tags = await new LocalImageTagger().tag({ ...input, ...(dominantColor && { dominantColor }) });
  return tags.map(({ name }) => name);
}

const SHAPES = ["landscape", "portrait", "square", "panorama"];
const SEASONS = ["winter", "spring", "summer", "autumn"];

describe("the shape of a picture", () => {
  it.each([
    [400, 300, 1, ["landscape"]],
    [400, 300, 6, ["portrait"]],
    [300, 400, 1, ["portrait"]],
    [300, 400, 8, ["landscape"]],
    [1000, 990, 1, ["square"]],
    [1, 1, 1, ["square"]],
    [800, 400, 1, ["panorama", "landscape"]],
    [800, 100, 5, ["panorama", "portrait"]],
  ] as const)(
    "of %d x %d pixels stored with orientation %d is %j",
    async (width, height, orientation, shape) => {
      expect(await listTags({ width, height, orientation })).toEqual(shape);
    },
  );

  it("has one of the words, whatever the size, and turning it by 90 degrees swaps them", async () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    await fc.assert(
      fc.asyncProperty(side, side, async (width, height) => {
        const upright = await listTags({ width, height });
        const turned = await listTags({ width, height, orientation: 6 as Orientation });
        expect(upright.filter((name) => SHAPES.includes(name)).length).toBeGreaterThan(0);
        const swapped: Record<string, string> = { landscape: "portrait", portrait: "landscape" };
        expect(turned).toEqual(upright.map((name) => swapped[name] ?? name));
      }),
    );
  });
});

describe("the kind of a picture", () => {
  it("is derived from its facts", async () => {
    expect(await listTags({ frames: 3, hasAlpha: true })).toEqual(["landscape", "animated"]);
    expect(await listTags({ hasAlpha: true })).toEqual(["landscape", "transparent"]);
    expect(await listTags({ colorSpace: "b-w" }, "#808080")).toEqual(["landscape", "black-and-white"]);
    expect(await listTags({ colorSpace: "grey16" })).toContain("black-and-white");
  });
});

describe("the name of a color", () => {
  it.each([
    ["#000000", "black"],
    ["#121212", "black"],
    ["#ffffff", "white"],
    ["#e9e8e6", "white"],
    ["#808080", "gray"],
    ["#d62828", "red"],
    ["#f4a261", "orange"],
    ["#6b4423", "brown"],
    ["#ffd60a", "yellow"],
    ["#2a9d3f", "green"],
    ["#22c7d6", "cyan"],
    ["#2b6fb3", "blue"],
    ["#7b2cbf", "purple"],
    ["#ff69b4", "pink"],
    ["#c0102a", "red"],
  ])("of %s is %s", (color, name) => {
    expect(nameColor(color)).toBe(name);
  });

  it("is a word for every color", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
        expect(nameColor(`#${number.toString(16).padStart(6, "0")}`)).toMatch(/^[a-z]+$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the camera", () => {
  it.each([
    ["NIKON CORPORATION", "nikon"],
    ["OLYMPUS IMAGING CORP.", "olympus"],
    ["Canon", "canon"],
    ["SAMSUNG ELECTRONICS CO., LTD.", "samsung"],
    ["Apple", "apple"],
  ])("made by %s is tagged %s", async (make, name) => {
    expect(await listTags({ exif: { make } })).toEqual(["landscape", name]);
  });

  it.each(["", "Corporation", "x".repeat(41)])("made by %j is not tagged", async (make) => {
    expect(await listTags({ exif: { make } })).toEqual(["landscape"]);
  });
});

describe("the season", () => {
  const findSeason = async (month: number, latitude?: number) => {
    const takenAt = `2024-${String(month).padStart(2, "0")}-15T12:00:00`;
    const exif: ExifFacts = {
      takenAt,
      ...(latitude !== undefined && { position: { latitude, longitude: 0 } }),
    };
    return (await listTags({ exif })).filter((name) => SEASONS.includes(name));
  };
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const north = "winter winter spring spring spring summer summer summer autumn autumn autumn winter".split(
    " ",
  );

  it("is the north's unless the position is known", async () => {
    expect(await Promise.all(months.map((month) => findSeason(month)))).toEqual(north.map((name) => [name]));
    expect(await Promise.all(months.map((month) => findSeason(month, 52)))).toEqual(
      north.map((name) => [name]),
    );
  });

  it("is half a year off in the south", async () => {
    const south = [...north.slice(6), ...north.slice(0, 6)];
    expect(await Promise.all(months.map((month) => findSeason(month, -34)))).toEqual(
      south.map((name) => [name]),
    );
  });

  it("is none in the tropics, and none without a date that can be read", async () => {
    expect(await findSeason(7, 1.3)).toEqual([]);
    for (const takenAt of ["", "2024-13-01T00:00:00", "July"])
      expect(await listTags({ exif: { takenAt } })).toEqual(["landscape"]);
  });
});
