import { rgbaToThumbHash } from "thumbhash";
import type { Placeholder } from "../../domain/model/image-metadata.js";
import type { Size } from "../../domain/model/size.js";
import type { RawPicture } from "./decode/raw-picture.js";

/** Computes ThumbHash and dominant color from the picture, downscaled to `size`. */
export function drawPlaceholder(picture: RawPicture, size: Size): Placeholder {
  const data = downscaleBySampling(picture, size);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(size.width, size.height, data)).toString("base64"),
    dominantColor: findDominantColor(data),
  };
}

/** Fields of a histogram bin: the weight of its pixels, and the weighted sums of red, green and blue. */
const BIN_FIELDS = 4;

/** Finds the mean color of the heaviest of 4,096 histogram bins; transparent pixels do not count. */
function findDominantColor(rgba: Uint8Array): string {
  const bins = new Float64Array(4_096 * BIN_FIELDS);
  let winner = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const red = rgba[at] as number;
    const green = rgba[at + 1] as number;
    const blue = rgba[at + 2] as number;
    const weight = rgba[at + 3] as number;
    const bin = (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)) * BIN_FIELDS;
    bins[bin] = (bins[bin] as number) + weight;
    bins[bin + 1] = (bins[bin + 1] as number) + red * weight;
    bins[bin + 2] = (bins[bin + 2] as number) + green * weight;
    bins[bin + 3] = (bins[bin + 3] as number) + blue * weight;
    if ((bins[bin] as number) > (bins[winner] as number)) winner = bin;
  }
  const whole = Math.max(bins[winner] as number, 1);
  const toHex = (sum: number) =>
    Math.round(sum / whole)
      .toString(16)
      .padStart(2, "0");
  return `#${[...bins.subarray(winner + 1, winner + BIN_FIELDS)].map(toHex).join("")}`;
}

/** Pixels sampled along each side of a cell; more make no visible difference. */
const SAMPLES = 4;

/**
 * Averages samples of the picture into a few large cells. For results of some dozen pixels, where calling libvips would take
 * several times as long. Colors are weighted by their opacity.
 */
function downscaleBySampling(picture: RawPicture, { width, height }: Size): Uint8Array {
  const { data, channels } = picture;
  const columns = computeSamplePositions(picture.width, width);
  const rows = computeSamplePositions(picture.height, height);
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

/** Computes evenly spread sample positions for each of `cells` cells along `length` pixels. */
function computeSamplePositions(length: number, cells: number): readonly (readonly number[])[] {
  return Array.from({ length: cells }, (_, cell) => {
    const start = (cell * length) / cells;
    const span = length / cells;
    const count = Math.min(SAMPLES, Math.max(1, Math.round(span)));
    return Array.from({ length: count }, (__, at) =>
      Math.min(length - 1, Math.floor(start + ((at + 0.5) * span) / count)),
    );
  });
}
