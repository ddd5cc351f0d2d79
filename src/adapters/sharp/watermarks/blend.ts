import type { Rectangle } from "../../../domain/model/size.js";
import type { RawPicture } from "../decode/raw-picture.js";

/**
 * Blends a watermark into the pixels, in place, at `left` and `top`: `over` of Porter and Duff, "Compositing Digital Images" (1984),
 * on numbers that are not multiplied by their opacity.
 */
export function blend(
  { data, width, channels }: RawPicture,
  watermark: RawPicture<4>,
  { left, top }: Rectangle,
): void {
  for (let row = 0; row < watermark.height; row++) {
    let to = ((top + row) * width + left) * channels;
    let from = row * watermark.width * 4;
    for (let column = 0; column < watermark.width; column++, to += channels, from += 4) {
      const above = watermark.data[from + 3] as number;
      if (above === 0) continue;
      const below = channels === 4 ? (data[to + 3] as number) : 255;
      // Opacities in units of 1/255 squared, so that whole numbers stay whole.
      const share = below * (255 - above);
      const whole = above * 255 + share;
      for (let band = 0; band < 3; band++) {
        const color =
          (watermark.data[from + band] as number) * above * 255 + (data[to + band] as number) * share;
        data[to + band] = Math.round(color / whole);
      }
      if (channels === 4) data[to + 3] = Math.round(whole / 255);
    }
  }
}
