import type { Size } from "../../domain/model/size.js";
import type { RawPicture } from "./decode/raw-picture.js";
import type { Raster } from "./marks/raster.js";

/** Pixels that are looked at in each direction of a field; more change nothing that can be seen. */
const SAMPLES = 4;

/**
 * Averages the picture into few, large fields. For pictures of some dozen pixels, where handing the work to libvips
 * would take several times as long as doing it. Colours are weighed by their opacity.
 */
export function shrinkRoughly(picture: RawPicture, { width, height }: Size): Raster {
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
  return { data: result, width, height };
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
