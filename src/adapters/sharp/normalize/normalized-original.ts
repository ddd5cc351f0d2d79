/** An original as a strict decoder takes it. */
export interface NormalizedOriginal {
  /** The original's own bytes where nothing had to be changed. */
  readonly bytes: Uint8Array;
  /** Frames that these bytes have in front of those of the original, and that nobody is to see. Default: 0. */
  readonly addedFrames?: number;
  /** Oddities of the original that harm none of its pixels, in words. */
  readonly warnings: readonly string[];
}
