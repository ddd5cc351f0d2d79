import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { checkJpegScans } from "../../../src/adapters/sharp/inspect/jpeg-scans.js";
import { drawTestImage } from "../../support/images.js";

const scan = Buffer.from([0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x7f]);

/** The picture with as many further scans before its end. */
function addScans(jpeg: Uint8Array, count: number): Buffer {
  return Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(count).fill(scan), jpeg.subarray(-2)]);
}

describe("The check of a JPEG's scans", () => {
  it("refuses a progressive picture of more than 100 scans", async () => {
    const jpeg = await sharp(await drawTestImage({ format: "png" }))
      .jpeg({ progressive: true })
      .toBuffer();
    expect(() => checkJpegScans(addScans(jpeg, 50))).not.toThrow();
    expect(() => checkJpegScans(addScans(jpeg, 101))).toThrow(/^expected at most 100 scans for a JPEG but/);
  });

  it("does not count scans after the one scan of a baseline picture, because no decoder reads them", async () => {
    const many = addScans(await drawTestImage({ format: "jpeg" }), 5_000);
    expect(() => checkJpegScans(many)).not.toThrow();
    const decode = () => sharp(many, { failOn: "none" }).raw().toBuffer();
    expect(
      (await decode()).equals(
        await sharp(await drawTestImage({ format: "jpeg" }))
          .raw()
          .toBuffer(),
      ),
    ).toBe(true);
  });

  it("counts the scans of a baseline picture whose first scan lacks a component", async () => {
    const jpeg = Buffer.from(await drawTestImage({ format: "jpeg" }));
    const first = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    // The scan claims one component of the frame's three.
    const one = Buffer.concat([jpeg.subarray(0, first), scan, jpeg.subarray(-2)]);
    expect(() => checkJpegScans(addScans(one, 101))).toThrow(/^expected at most 100 scans/);
  });
});
