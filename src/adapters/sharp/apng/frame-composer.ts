import type { Rectangle, Size } from "../../../domain/model/size.js";
import type { ApngFrame } from "./apng-frames.js";

/** Composes the frames of an animated PNG, each of them the whole picture, below one another. */
export class FrameComposer {
  /** Pixels of four bytes: red, green, blue, opacity. */
  readonly strip: Buffer;
  readonly #size: Size;
  readonly #canvas: Uint32Array;
  #count = 0;

  /** Throws a `RangeError` if there is no memory for all frames. */
  constructor(size: Size, frames: number) {
    const pixels = size.width * size.height;
    this.#size = size;
    this.#canvas = new Uint32Array(pixels);
    this.strip = Buffer.from(new Uint8Array(pixels * frames * 4).buffer);
  }

  /** Draws a frame's pixels over what the one before has left. */
  add({ area, disposal, isBlended }: ApngFrame, pixels: Uint8Array): void {
    const rows = new Uint32Array(pixels.buffer, pixels.byteOffset, area.width * area.height);
    const before = disposal === "restore" ? this.#canvas.slice() : undefined;
    if (isBlended) this.#blend(area, pixels, rows);
    else this.#replace(area, rows);
    Buffer.from(this.#canvas.buffer).copy(this.strip, this.#count++ * this.#canvas.byteLength);
    if (before) this.#canvas.set(before);
    // What is to be restored before the first frame is empty.
    if (disposal === "clear") this.#replace(area, undefined);
  }

  #replace({ left, top, width, height }: Rectangle, rows: Uint32Array | undefined): void {
    for (let y = 0; y < height; y++) {
      const at = (top + y) * this.#size.width + left;
      if (rows) this.#canvas.set(rows.subarray(y * width, (y + 1) * width), at);
      else this.#canvas.fill(0, at, at + width);
    }
  }

  /** `over` of Porter and Duff, "Compositing Digital Images" (1984), on numbers that are not multiplied by their opacity. */
  #blend({ left, top, width, height }: Rectangle, pixels: Uint8Array, rows: Uint32Array): void {
    const canvas = new Uint8Array(this.#canvas.buffer);
    for (let y = 0; y < height; y++) {
      let to = (top + y) * this.#size.width + left;
      for (let from = y * width; from < (y + 1) * width; from++, to++) {
        const above = pixels[from * 4 + 3] ?? 0;
        if (above === 255 || (above > 0 && canvas[to * 4 + 3] === 0)) this.#canvas[to] = rows[from] ?? 0;
        else if (above > 0) blendPixel(canvas, to * 4, pixels, from * 4);
      }
    }
  }
}

function blendPixel(canvas: Uint8Array, to: number, pixels: Uint8Array, from: number): void {
  const above = pixels[from + 3] ?? 0;
  // Opacities in units of 1/255 squared, so that whole numbers stay whole.
  const share = (canvas[to + 3] ?? 0) * (255 - above);
  const whole = above * 255 + share;
  for (let band = 0; band < 3; band++)
    canvas[to + band] = Math.round(
      ((pixels[from + band] ?? 0) * above * 255 + (canvas[to + band] ?? 0) * share) / whole,
    );
  canvas[to + 3] = Math.round(whole / 255);
}
