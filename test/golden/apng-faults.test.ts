import { crc32 } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_UPLOAD_POLICY } from "../../src/domain/model/upload-policy.js";
import { type ApngForm, type ApngFrameParts, buildApng } from "../support/apng-files.js";
import { inspect, OPEN_POLICY, renderOne } from "../support/engine.js";

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];
const WHOLE = { width: 32, height: 24 };
const SMALL = { left: 8, top: 8, width: 16, height: 8 };

const build = (frames: readonly ApngFrameParts[], form?: ApngForm) => buildApng([32, 24], frames, form);

describe("A PNG that says that it is animated", () => {
  const moving = build([
    { ...WHOLE, color: RED },
    { ...SMALL, color: GREEN },
    { ...SMALL, color: BLUE },
  ]);

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
    await expect(renderOne(pixels, { width: 32, format: "webp" })).rejects.toMatchObject({
      code: "corrupt-image",
    });
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
