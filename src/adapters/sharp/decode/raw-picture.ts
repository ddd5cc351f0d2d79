import sharp, { type Sharp } from "sharp";
import type { Size } from "../../../domain/model/size.js";

/** Pixels in memory: upright, sRGB, a byte each, rows from the top. */
export interface RawPicture<Channels extends 3 | 4 = 3 | 4> extends Size {
  readonly data: Uint8Array;
  /** 3: red, green, blue; 4: and opacity. */
  readonly channels: Channels;
}

/** Carries out what is asked of the picture and keeps the pixels. */
export async function rawOf(picture: Sharp): Promise<RawPicture> {
  const { data, info } = await picture
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
}

/** Pixels as a picture again. They are read, not copied: nobody may change them while it is at work. */
export function pictureOf({ data, width, height, channels }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}
