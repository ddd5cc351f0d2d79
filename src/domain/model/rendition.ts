import type { ImageFormat } from "./image-format.js";

/** One produced image, as the record names it. `width` and `height` are pixels of one frame. */
export interface Rendition {
  /** The name of the spec that it was made from. */
  readonly name: string;
  /** Where it lies in the renditions store. */
  readonly key: string;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly watermarked: boolean;
  /** Frames of a moving rendition; absent for a still one. */
  readonly frames?: number;
  /** True when the original moved and this rendition shows only its first frame. */
  readonly flattened?: true;
}
