import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { inspect, renderOne } from "../support/engine.js";
import { buildGif, type GifFrameParts } from "../support/gif-files.js";

const SCREEN = [32, 32] as const;
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const FEW = [RED, GREEN, BLUE, [255, 255, 0]];
/** All that one byte can count: the last is blue, the first are as above. */
const MANY = Array.from({ length: 256 }, (_, index) => FEW[index] ?? (index === 255 ? BLUE : [index, 9, 9]));

const SMALL = { left: 8, top: 8, width: 16, height: 16 };
const WHOLE = { left: 0, top: 0, width: 32, height: 32 };

/** A format that keeps every pixel, or else every frame. */
const chooseFormat = async (original: Uint8Array) => ((await inspect(original)).frames > 1 ? "webp" : "png");

/** The pixels of each frame of a rendition at some places. */
async function readPixels(
  original: Uint8Array,
  places: readonly (readonly [x: number, y: number])[],
): Promise<readonly (readonly number[])[][]> {
  const { bytes, frames } = await renderOne(original, {
    width: 32,
    format: await chooseFormat(original),
    quality: 100,
  });
  const { data, info } = await sharp(bytes, { animated: frames > 1 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Array.from({ length: frames }, (_, frame) =>
    places.map(([x, y]) => {
      const at = ((frame * 32 + y) * info.width + x) * 4;
      return [...data.subarray(at, at + 4)];
    }),
  );
}

function isNear(found: readonly number[] | undefined, color: readonly number[]): boolean {
  return [...color, 255].every((value, band) => Math.abs(value - (found?.[band] ?? -999)) < 40);
}

const isEmpty = (found: readonly number[] | undefined) => found?.[3] === 0;

describe.each([
  ["of four colors", FEW],
  ["of 256 colors", MANY],
])("A GIF %s whose first frame is smaller than its screen", (_, colors) => {
  const build = (...frames: readonly GifFrameParts[]) => buildGif(SCREEN, colors, frames);
  const CORNER = [0, 0] as const;
  const MIDDLE = [20, 20] as const;

  it.each([true, false])("keeps the rest transparent, with a control extension: %s", async (hasControl) => {
    const original = build({ ...SMALL, pixels: 1, hasControl });
    expect(await inspect(original)).toMatchObject({ hasAlpha: true, frames: 1, width: 32, height: 32 });
    const [[corner, middle] = []] = await readPixels(original, [CORNER, MIDDLE]);
    expect([isEmpty(corner), isNear(middle, GREEN)]).toEqual([true, true]);
  });

  it("is white there as a JPEG, and as wished where a background is", async () => {
    const original = build({ ...SMALL, pixels: 1 });
    for (const background of ["#ffffff", "#0000ff"]) {
      const { bytes } = await renderOne(original, { width: 32, format: "jpeg", background });
      const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      const expected = background === "#ffffff" ? [255, 255, 255] : BLUE;
      expect(isNear([...data.subarray(0, 3), 255], expected)).toBe(true);
    }
  });

  it("keeps it transparent in every frame that leaves it so", async () => {
    const second = { left: 0, top: 0, width: 16, height: 16, pixels: 2 };
    const frames = await readPixels(build({ ...SMALL, pixels: 1 }, second), [CORNER, MIDDLE, [31, 31]]);
    expect(
      frames.map(([corner, middle, end]) => [isEmpty(corner), isNear(middle, GREEN), isEmpty(end)]),
    ).toEqual([
      [true, true, true],
      [false, true, true],
    ]);
  });

  it("is transparent again where a frame is restored to the background", async () => {
    const frames = await readPixels(build({ ...WHOLE, pixels: 1, disposal: 2 }, { ...SMALL, pixels: 3 }), [
      CORNER,
      MIDDLE,
    ]);
    expect(frames.map(([corner]) => isEmpty(corner))).toEqual([false, true]);
    expect(isNear(frames[1]?.[1], [255, 255, 0])).toBe(true);
  });

  it("has no transparency where frames cover each other", async () => {
    const original = build({ ...WHOLE, pixels: 1, disposal: 2 }, { ...WHOLE, pixels: 2, disposal: 2 });
    expect((await inspect(original)).hasAlpha).toBe(false);
    expect((await inspect(build({ ...WHOLE, pixels: 1 }, { ...SMALL, pixels: 2 }))).hasAlpha).toBe(false);
  });
});

describe("A GIF that uses each of 256 colors", () => {
  it("keeps the rest of its screen transparent", async () => {
    const pixels = Array.from({ length: 256 }, (_, index) => index);
    const original = buildGif(SCREEN, MANY, [{ ...SMALL, pixels }]);
    expect(await inspect(original)).toMatchObject({ hasAlpha: true, frames: 1 });
    const [[corner, last] = []] = await readPixels(original, [
      [0, 0],
      [23, 23],
    ]);
    expect([isEmpty(corner), isNear(last, BLUE)]).toEqual([true, true]);
  });

  it("is transparent where it is cleared, if one of them is not used", async () => {
    const pixels = Array.from({ length: 256 }, (_, index) => (index === 77 ? 78 : index));
    const next = { left: 8, top: 8, width: 8, height: 8, pixels: 1 };
    const frames = await readPixels(buildGif(SCREEN, MANY, [{ ...SMALL, pixels, disposal: 2 }, next]), [
      [22, 22],
      [10, 10],
    ]);
    expect(frames.map(([end]) => isEmpty(end))).toEqual([false, true]);
    expect(isNear(frames[1]?.[1], GREEN)).toBe(true);
  });
});

describe("A GIF on a screen of a size that decoders take for a mistake", () => {
  it.each([
    [640, 480],
    [1_024, 768],
    [3_000, 20],
    [20, 3_000],
  ])("is %i x %i pixels all the same, as in browsers", async (width, height) => {
    const frame = { left: 2, top: 2, width: 8, height: 8, pixels: 1 };
    for (const frames of [[frame], [frame, { ...frame, pixels: 2, transparent: 3 }]]) {
      const original = buildGif([width, height], FEW, frames);
      expect(await inspect(original)).toMatchObject({ width, height, frames: frames.length, hasAlpha: true });
      const rendition = await renderOne(original, { width, format: "webp" });
      expect(rendition).toMatchObject({ width, height, frames: frames.length });
      const { delay, pages = 1 } = await sharp(rendition.bytes).metadata();
      expect(pages).toBe(frames.length);
      expect(delay ?? [100]).toEqual(frames.map(() => 100));
    }
  });
});

describe("GIFs by an encoder of others", () => {
  it("keep their pixels when a frame of theirs is cut out of the screen", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const gif = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#000", noise } })
      .gif()
      .toBuffer();
    const larger = Buffer.from(gif);
    larger.writeUInt16LE(80, 6);
    larger.writeUInt16LE(50, 8);
    const read = async (bytes: Uint8Array) => {
      const { bytes: png } = await renderOne(bytes, { width: 80, format: "png" });
      const part = sharp(png).removeAlpha().extract({ left: 0, top: 0, width: 60, height: 40 });
      return part.raw().toBuffer();
    };
    expect((await inspect(larger)).hasAlpha).toBe(true);
    expect((await read(larger)).equals(await sharp(gif).removeAlpha().raw().toBuffer())).toBe(true);
  });
});
