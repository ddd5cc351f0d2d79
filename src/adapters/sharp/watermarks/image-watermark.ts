import sharp, { type Sharp } from "sharp";
import { SafelightError } from "../../../domain/model/errors.js";
import type { Size } from "../../../domain/model/size.js";
import type { ImageWatermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";

/** A watermark is a logo; a larger image is a mistake that would slow down every rendition. */
const MAX_PIXELS = 25_000_000;

/** Measures the image, upright. */
export async function measureImage(watermark: ImageWatermark): Promise<Size> {
  const { autoOrient } = await wrapWatermarkErrors(() => openImage(watermark).metadata());
  return autoOrient;
}

/** Draws the image with its transparency, stretched to `size`. */
export async function drawImage(watermark: ImageWatermark, size: Size): Promise<RawPicture<4>> {
  const data = await wrapWatermarkErrors(() =>
    openImage(watermark)
      .autoOrient()
      .resize(size.width, size.height, { fit: "fill" })
      .ensureAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer(),
  );
  return { ...size, channels: 4, data };
}

function openImage({ image }: ImageWatermark): Sharp {
  return sharp(image.bytes, { failOn: "warning", limitInputPixels: MAX_PIXELS });
}

/** Wraps a decoder's error about the watermark: taken for one about the original, it would reject that for ever. */
async function wrapWatermarkErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const received = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new SafelightError(
      "invalid-input",
      `expected an image of at most ${MAX_PIXELS} pixels for watermark.image but received: ${received}`,
      { cause },
    );
  }
}
