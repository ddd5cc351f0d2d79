import { crc32 } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY } from "../../src/domain/model/upload-policy.js";
import { type ApngForm, type ApngFrameParts, buildApng } from "../support/apng-files.js";
import { buildGammaChunk } from "../support/code-points.js";
import { inspect, OPEN_POLICY, renderAll, renderOne } from "../support/engine.js";

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
    const at = (x: number) => (16 * info.width + x) * info.channels;
    expect([data[at(20) + 2], data[at(3)]].map((value) => (value ?? 0) > 200)).toEqual([true, true]);
  });

  it.each([
    ["one frame", build([{ ...WHOLE, color: RED }])],
    [
      "frames beyond its edges",
      build([
        { ...WHOLE, color: RED },
        { ...WHOLE, left: 1, color: BLUE },
      ]),
    ],
    [
      "a first frame that does not cover it",
      build([
        { ...SMALL, color: RED },
        { ...WHOLE, color: BLUE },
      ]),
    ],
    [
      "a count of one",
      build(
        [
          { ...WHOLE, color: RED },
          { ...WHOLE, color: BLUE },
        ],
        { count: 1 },
      ),
    ],
  ])("is a still picture with %s, as in viewers", async (_, original) => {
    expect((await inspect(original)).frames).toBe(1);
  });

  it("is refused when a frame is damaged or missing", async () => {
    const damaged = Buffer.from(moving);
    const at = damaged.lastIndexOf("fdAT") + 20;
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at);
    const refused = { code: "corrupt-image", message: expect.stringContaining("frames are whole") };
    await expect(inspect(damaged)).rejects.toMatchObject(refused);
    await expect(inspect(moving.subarray(0, at))).rejects.toMatchObject(refused);
    await expect(inspect(moving.subarray(0, moving.length - 12))).rejects.toMatchObject(refused);
  });

  it("is refused when the pixels of a frame do not decode, in the words of the decoder", async () => {
    const pixels = Buffer.from(moving);
    const at = pixels.lastIndexOf("fdAT");
    pixels.writeUInt8(0, at + 8);
    const length = pixels.readUInt32BE(at - 4);
    pixels.writeUInt32BE(crc32(pixels.subarray(at, at + 4 + length)), at + 4 + length);
    await expect(inspect(pixels)).resolves.toMatchObject({ frames: 3 });
    await expect(readFrames(pixels)).rejects.toMatchObject({ code: "corrupt-image" });
  });

  it("counts its frames as the policy does", async () => {
    const frames = Array.from({ length: 1_001 }, () => ({ width: 2, height: 2, color: RED }));
    const original = buildApng([2, 2], frames);
    await expect(inspect(original, DEFAULT_UPLOAD_POLICY)).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringContaining("frames"),
    });
    const most = buildApng([2, 2], frames.slice(1));
    expect((await inspect(most, OPEN_POLICY)).frames).toBe(1_000);
  });
});
