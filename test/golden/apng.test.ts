import { crc32 } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { planRenditions } from "../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { watermarkPolicy } from "../../src/domain/model/watermark-policy.js";
import { type ApngForm, type ApngFrameParts, buildApng } from "../support/apng-files.js";
import { buildGammaChunk } from "../support/code-points.js";
import { inspect, renderAll, renderOne } from "../support/engine.js";

const SIZE = [32, 24] as const;
const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];
const EMPTY = [0, 0, 0, 0];
const WHOLE = { width: 32, height: 24 };
const SMALL = { left: 8, top: 8, width: 16, height: 8 };

const build = (frames: readonly ApngFrameParts[], form?: ApngForm) => buildApng(SIZE, frames, form);

/** The corner and the middle of each frame of a rendition. */
async function readFrames(original: Uint8Array, format: "webp" | "gif" = "webp") {
  const rendition = await renderOne(original, { width: 32, format, quality: 100 });
  const picture = sharp(rendition.bytes, { animated: true });
  const { delay, loop, pages = 1 } = await picture.metadata();
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const read = (frame: number, x: number, y: number) => {
    const at = ((frame * 24 + y) * info.width + x) * 4;
    const color = [...data.subarray(at, at + 4)];
    return color[3] === 0 ? EMPTY : color.map((value) => 51 * Math.round(value / 51));
  };
  const frames = Array.from({ length: pages }, (_, frame) => [read(frame, 2, 2), read(frame, 16, 12)]);
  return { frames, delay, loop };
}

describe("An animated PNG", () => {
  const moving = build([
    { ...WHOLE, color: RED, delay: [1, 10] },
    { ...SMALL, color: GREEN, delay: [1, 4] },
    { ...SMALL, color: BLUE, delay: [3, 0] },
  ]);

  it("is known by its frames", async () => {
    expect(await inspect(moving)).toMatchObject({ format: "png", frames: 3, width: 32, height: 24 });
    const still = await renderOne(moving, { width: 32, format: "png" });
    expect((await inspect(still.bytes)).frames).toBe(1);
  });

  it.each(["webp", "gif"] as const)("moves as %s, in its time", async (format) => {
    const { frames, delay, loop } = await readFrames(moving, format);
    expect(frames).toEqual([
      [RED, RED],
      [RED, GREEN],
      [RED, BLUE],
    ]);
    expect(delay).toEqual([100, 250, 30]);
    expect(loop).toBe(0);
  });

  it.each(["jpeg", "png", "avif"] as const)("shows its first frame as %s", async (format) => {
    const { outputs } = await renderAll(moving, { it: thumbnailSpec({ width: 32, format }) });
    expect(outputs[0]).toMatchObject({ frames: 1, width: 32, height: 24 });
    const { data } = await sharp(outputs[0]?.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)].map((value) => 51 * Math.round(value / 51))).toEqual([255, 0, 0]);
  });

  it("shows a picture of its own where it does not move, and no frame of it where it does", async () => {
    const frames = [
      { ...SMALL, color: GREEN },
      { ...SMALL, color: BLUE },
    ];
    const original = build(frames, { still: RED, loop: 3 });
    const still = await renderOne(original, { width: 32, format: "png" });
    expect([...(await sharp(still.bytes).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 0, 0]);
    const moved = await readFrames(original);
    expect(moved).toMatchObject({
      frames: [
        [EMPTY, GREEN],
        [EMPTY, BLUE],
      ],
      loop: 3,
    });
  });

  it("clears and restores what a frame has drawn", async () => {
    const { frames } = await readFrames(
      build([
        { ...WHOLE, color: RED },
        { ...SMALL, color: GREEN, disposal: 2 },
        { ...SMALL, left: 0, top: 0, color: BLUE, disposal: 1 },
        { ...SMALL, color: GREEN },
      ]),
    );
    expect(frames).toEqual([
      [RED, RED],
      [RED, GREEN],
      [BLUE, RED],
      [EMPTY, GREEN],
    ]);
  });

  it.each([
    [
      "of a first frame that does not cover it",
      [
        { ...SMALL, color: GREEN },
        { ...SMALL, color: BLUE },
      ],
      { still: RED },
    ],
    [
      "of a frame that is cleared",
      [
        { ...WHOLE, color: GREEN, disposal: 1 },
        { ...SMALL, color: BLUE },
      ],
      {},
    ],
  ] as const)("is transparent behind a watermark, because %s", async (_, frames, form) => {
    const original = build(frames, { ...form, hasAlpha: false });
    const facts = await inspect(original);
    expect(facts.hasAlpha).toBe(true);
    const watermark = watermarkPolicy({ text: "a", minWidth: 1, scale: 0.1, opacity: 1 });
    const it = thumbnailSpec({ width: 32, format: "webp", watermark: true, quality: 100 });
    const plan = planRenditions(facts, { thumbnails: { it }, metadata: "strip", watermark });
    const { outputs } = await sharpEngine().render(original, plan);
    const last = sharp(outputs[0]?.bytes, { page: 1 }).ensureAlpha().raw();
    expect((await last.toBuffer()).subarray(0, 4).at(3)).toBe(0);
  });

  it("has no opacity where its frames leave nothing empty", async () => {
    const frames = [
      { ...WHOLE, color: RED },
      { ...SMALL, color: BLUE },
    ];
    expect((await inspect(build(frames, { hasAlpha: false }))).hasAlpha).toBe(false);
  });

  it("lays a frame over what is there, or puts it in its place", async () => {
    const half = { ...SMALL, color: [0, 0, 255, 102] };
    const { frames } = await readFrames(
      build([
        { ...WHOLE, color: RED },
        { ...half, isBlended: true },
        { ...half, isBlended: false },
      ]),
    );
    expect(frames.map(([, middle]) => middle)).toEqual([RED, [153, 0, 102, 255], [0, 0, 255, 102]]);
  });

  it("has its colors in every frame", async () => {
    const gray = [128, 128, 128, 255];
    const frames = [
      { ...WHOLE, color: gray },
      { ...SMALL, color: [64, 64, 64, 255] },
    ];
    const found = await readFrames(build(frames, { chunks: [buildGammaChunk(1)] }));
    // Linear light of 128 and 64 in sRGB is 188 and 137.
    expect(found.frames.map(([, middle]) => middle)).toEqual([
      [204, 204, 204, 255],
      [153, 153, 153, 255],
    ]);
  });

  it("is turned upright frame by frame", async () => {
    const tiff = Buffer.from("4d4d002a000000080001011200030000000100060000000000000000", "hex");
    const exif = Buffer.concat([
      Buffer.from([0, 0, 0, tiff.length]),
      Buffer.from("eXIf"),
      tiff,
      Buffer.alloc(4),
    ]);
    exif.writeUInt32BE(crc32(exif.subarray(4, -4)), exif.length - 4);
    const frames = [
      { ...WHOLE, color: RED },
      { left: 0, top: 0, width: 32, height: 12, color: BLUE },
    ];
    const original = build(frames, { chunks: [exif] });
    expect((await inspect(original)).orientation).toBe(6);
    const { bytes, width, height } = await renderOne(original, { width: 24, format: "webp", quality: 100 });
    expect([width, height]).toEqual([24, 32]);
    const second = sharp(bytes, { page: 1 }).raw();
    const { data, info } = await second.toBuffer({ resolveWithObject: true });
    // The upper half, turned by 90 degrees, is the right one.
    const computeOffset = (x: number) => (16 * info.width + x) * info.channels;
    expect([data[computeOffset(20) + 2], data[computeOffset(3)]].map((value) => (value ?? 0) > 200)).toEqual([
      true,
      true,
    ]);
  });
});
