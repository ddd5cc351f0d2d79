import sharp, { type Sharp } from "sharp";
import { SafelightError } from "../../../domain/model/errors.js";
import type { Size } from "../../../domain/model/size.js";
import type { ImageWatermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";

/** A mark is a logo; what is larger is a mistake that every rendition would pay for. */
const MAX_PIXELS = 25_000_000;

/** The size of the picture, upright. */
export async function imageProportions(mark: ImageWatermark): Promise<Size> {
  const { autoOrient } = await blamingTheMark(() => open(mark).metadata());
  return autoOrient;
}

/** The picture with its transparency, filling `size`. */
export async function drawImage(mark: ImageWatermark, size: Size): Promise<RawPicture<4>> {
  const data = await blamingTheMark(() =>
    open(mark)
      .autoOrient()
      .resize(size.width, size.height, { fit: "fill" })
      .ensureAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer(),
  );
  return { ...size, channels: 4, data };
}

function open({ image }: ImageWatermark): Sharp {
  return sharp(image.bytes, { failOn: "warning", limitInputPixels: MAX_PIXELS });
}

/** A decoder's complaint about the mark must never be taken for one about the original, which would be rejected for ever. */
async function blamingTheMark<T>(work: () => Promise<T>): Promise<T> {
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
