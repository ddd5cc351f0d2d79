import type { Size } from "../../../domain/model/size.js";

/** Raw pixels: red, green, blue and opacity, a byte each, rows from the top. */
export interface Raster extends Size {
  readonly data: Uint8Array;
}
