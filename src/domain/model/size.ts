/** Width and height in whole pixels, each at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of whole pixels inside some picture; `left` and `top` count from its upper left corner. */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** The EXIF orientation tag (Exif 2.32, 4.6.4.A): how the stored pixels must be turned to be upright; 1 is upright already. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Takes an EXIF value as a decoder reports it; anything outside 1 to 8 means upright, as viewers treat it. */
export function toOrientation(value: number | undefined): Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8
    ? (value as Orientation)
    : 1;
}

/** The size of the picture once it is upright: 5 to 8 swap width and height. Applying it twice gives the size back. */
export function computeUprightSize(stored: Size, orientation: Orientation): Size {
  return orientation >= 5
    ? { width: stored.height, height: stored.width }
    : { width: stored.width, height: stored.height };
}
