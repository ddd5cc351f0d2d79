import { rgbaToThumbHash } from "thumbhash";
import type { Placeholder } from "../../domain/model/image-metadata.js";
import type { Size } from "../../domain/model/size.js";
import type { RawPicture } from "./decode/raw-picture.js";
import { shrinkRoughly } from "./shrink-roughly.js";

/** Draws the picture in a few bytes, from `size` fields of it. */
export function drawPlaceholder(picture: RawPicture, size: Size): Placeholder {
  const { data, width, height } = shrinkRoughly(picture, size);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(width, height, data)).toString("base64"),
    dominantColor: dominantColor(data),
  };
}

/** Of each box of similar colours: the weight of its pixels, and the weighted sums of red, green and blue. */
const NUMBERS = 4;

/** The mean of the most common of 4,096 boxes of similar colours; what is transparent has no say. */
function dominantColor(rgba: Uint8Array): string {
  const boxes = new Float64Array(4_096 * NUMBERS);
  let winner = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const [red, green, blue] = [rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number];
    const weight = rgba[at + 3] as number;
    const box = (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)) * NUMBERS;
    boxes[box] = (boxes[box] as number) + weight;
    boxes[box + 1] = (boxes[box + 1] as number) + red * weight;
    boxes[box + 2] = (boxes[box + 2] as number) + green * weight;
    boxes[box + 3] = (boxes[box + 3] as number) + blue * weight;
    if ((boxes[box] as number) > (boxes[winner] as number)) winner = box;
  }
  const whole = Math.max(boxes[winner] as number, 1);
  const hex = (sum: number) =>
    Math.round(sum / whole)
      .toString(16)
      .padStart(2, "0");
  return `#${[...boxes.subarray(winner + 1, winner + NUMBERS)].map(hex).join("")}`;
}
