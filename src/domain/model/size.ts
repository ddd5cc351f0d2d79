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
