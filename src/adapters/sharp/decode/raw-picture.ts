import sharp, { type Sharp } from "sharp";
import type { Size } from "../../../domain/model/size.js";

/** Pixels in memory: upright, sRGB, one byte a channel, rows from the top. */
export interface RawPicture<Channels extends 3 | 4 = 3 | 4> extends Size {
  readonly data: Uint8Array;
  /** 3: red, green, blue; 4: and alpha. */
  readonly channels: Channels;
}

/** Runs the operations of the picture and returns its pixels. */
export async function toRawPicture(picture: Sharp): Promise<RawPicture> {
  const { data, info } = await picture
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
}

/** Opens pixels as a picture. They are not copied: they must not change while it is processed. */
export function toSharp({ data, width, height, channels }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}
