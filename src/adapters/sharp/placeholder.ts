import type { Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import type { Placeholder } from "../../domain/model/image-metadata.js";
import type { Size } from "../../domain/model/size.js";
import { orient } from "./orient.js";
import { resize } from "./resize.js";

/** ThumbHash takes no more. */
const MAX_SIDE = 100;

/** Draws the picture in a few bytes, from at most 100 x 100 of its pixels. */
export async function drawPlaceholder(picture: Sharp, upright: Size): Promise<Placeholder> {
  const scale = Math.min(1, MAX_SIDE / Math.max(upright.width, upright.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const small = resize(picture, { width: side(upright.width), height: side(upright.height) });
  const { data, info } = await orient(small)
    .ensureAlpha()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString("base64"),
    dominantColor: dominantColor(data),
  };
}

/** The mean of the most common of 4,096 boxes of similar colours; what is transparent has no say. */
function dominantColor(rgba: Uint8Array): string {
  const boxes = new Map<number, { weight: number; sums: [number, number, number] }>();
  let winner = { weight: 0, sums: [0, 0, 0] as [number, number, number] };
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const box = boxes.get(key) ?? { weight: 0, sums: [0, 0, 0] };
    box.weight += alpha;
    box.sums = [box.sums[0] + red * alpha, box.sums[1] + green * alpha, box.sums[2] + blue * alpha];
    boxes.set(key, box);
    if (box.weight > winner.weight) winner = box;
  }
  const hex = (sum: number) =>
    Math.round(sum / Math.max(winner.weight, 1))
      .toString(16)
      .padStart(2, "0");
  return `#${winner.sums.map(hex).join("")}`;
}
