import { rgbaToThumbHash } from "thumbhash";
import type { Placeholder } from "../../domain/model/image-metadata.js";
import type { Size } from "../../domain/model/size.js";
import type { RawPicture } from "./decode/raw-picture.js";

/** Draws the picture in a few bytes, from `size` fields of it. */
export function drawPlaceholder(picture: RawPicture, size: Size): Placeholder {
  const data = shrinkRoughly(picture, size);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(size.width, size.height, data)).toString("base64"),
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

/** Pixels that are looked at in each direction of a field; more change nothing that can be seen. */
const SAMPLES = 4;

/**
 * Averages the picture into few, large fields. For pictures of some dozen pixels, where handing the work to libvips
 * would take several times as long as doing it. Colours are weighed by their opacity.
 */
function shrinkRoughly(picture: RawPicture, { width, height }: Size): Uint8Array {
  const { data, channels } = picture;
  const columns = samples(picture.width, width);
  const rows = samples(picture.height, height);
  const result = new Uint8Array(width * height * 4);
  let to = 0;
  for (const below of rows) {
    for (const across of columns) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let opacity = 0;
      for (const y of below) {
        for (const x of across) {
          const at = (y * picture.width + x) * channels;
          const alpha = channels === 4 ? (data[at + 3] as number) : 255;
          red += (data[at] as number) * alpha;
          green += (data[at + 1] as number) * alpha;
          blue += (data[at + 2] as number) * alpha;
          opacity += alpha;
        }
      }
      const whole = Math.max(opacity, 1);
      result[to++] = Math.round(red / whole);
      result[to++] = Math.round(green / whole);
      result[to++] = Math.round(blue / whole);
      result[to++] = Math.round(opacity / (below.length * across.length));
    }
  }
  return result;
}

/** The positions, spread evenly, that stand for each of `fields` fields along `length` pixels. */
function samples(length: number, fields: number): readonly (readonly number[])[] {
  return Array.from({ length: fields }, (_, field) => {
    const start = (field * length) / fields;
    const span = length / fields;
    const count = Math.min(SAMPLES, Math.max(1, Math.round(span)));
    return Array.from({ length: count }, (__, at) =>
      Math.min(length - 1, Math.floor(start + ((at + 0.5) * span) / count)),
    );
  });
}
