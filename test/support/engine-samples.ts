import sharp from "sharp";
import type { Orientation } from "../../src/domain/model/size.js";
import type { ImageCodec, ImageEngineHarness, Pixels, SampleImage } from "../../src/ports/contracts/index.js";
import { CARD_SIZE, readHeic } from "./heic-files.js";
import { drawTestImage, type TestFormat } from "./images.js";

const FORMATS: readonly TestFormat[] = ["jpeg", "png", "webp", "gif", "tiff", "avif"];

/** Everything but the engine that its laws are checked on. */
export async function createEngineSamples(): Promise<
  Omit<ImageEngineHarness, "engine"> & { readonly codec: ImageCodec }
> {
  return {
    samples: [
      ...(await Promise.all(FORMATS.map((format) => createStillSample(format)))),
      { bytes: readHeic("plain"), format: "heic", ...CARD_SIZE },
      await createStillSample("jpeg", 6),
      await createStillSample("webp", 3),
      await createAnimatedSample("gif"),
      await createAnimatedSample("webp"),
      {
        ...(await createStillSample("jpeg")),
        bytes: await drawTestImage({ ...SIZE, privateMetadata: true }),
      },
    ],
    truncated: await truncateSample(),
    brokenHeader: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(60, 1)]),
    notImages: [
      Buffer.from("A letter, and it goes on for longer than any header is."),
      Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(60)]),
      Buffer.from("#!/bin/sh\necho this is a script and not a picture\n"),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'),
    ],
    listMetadataKinds: async (bytes) => {
      const { exif, xmp, iptc, icc } = await sharp(bytes).metadata();
      return Object.entries({ exif, xmp, iptc, icc }).flatMap(([kind, found]) => (found ? [kind] : []));
    },
    codec: CODEC,
  };
}

/** PNG for one frame and lossless WebP for more; read with sharp, which the engine may be made of, but not by it. */
const CODEC: ImageCodec = {
  encode: async (frames, orientation) => {
    const stills = frames.map(({ data, width, height }) =>
      sharp(data, { raw: { width, height, channels: 4 } }),
    );
    const [only] = stills;
    if (only && stills.length === 1) {
      return (orientation ? only.withMetadata({ orientation }) : only)
        .png({ compressionLevel: 1 })
        .toBuffer();
    }
    const pngs = await Promise.all(stills.map((still) => still.png().toBuffer()));
    return sharp(pngs, { join: { animated: true } })
      .webp({ lossless: true, exact: true, effort: 0 })
      .toBuffer();
  },
  decode: async (bytes) => {
    const { data, info } = await sharp(bytes, { animated: true })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, pageHeight: height = info.height } = info;
    return Array.from({ length: info.height / height }, (_, frame): Pixels => {
      const size = width * height * 4;
      return { width, height, data: data.subarray(frame * size, (frame + 1) * size) };
    });
  },
};

const SIZE = { width: 60, height: 40 } as const;

async function createStillSample(format: TestFormat, orientation: Orientation = 1): Promise<SampleImage> {
  const bytes = await drawTestImage({ ...SIZE, format, ...(orientation > 1 && { orientation }) });
  const stored = orientation >= 5 ? { width: SIZE.height, height: SIZE.width } : SIZE;
  return { bytes, format, ...stored, orientation };
}

/** Each frame is of another color: an encoder may merge frames that look alike once they are small. */
async function createAnimatedSample(format: "gif" | "webp"): Promise<SampleImage> {
  const frames = ["#d02020", "#20d020", "#2020d0"].map((background) => ({
    create: { ...SIZE, channels: 3 as const, background },
  }));
  const bytes = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), {
    join: { animated: true },
  })
    .toFormat(format, { delay: [100, 200, 300] })
    .toBuffer();
  return { bytes, format, ...SIZE, frames: frames.length };
}

async function truncateSample(): Promise<SampleImage> {
  const size = { width: 300, height: 200 };
  const whole = await drawTestImage({ ...size, format: "jpeg" });
  return { bytes: whole.subarray(0, whole.length - 2_000), format: "jpeg", ...size };
}
