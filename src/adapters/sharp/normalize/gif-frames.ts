import type { Rectangle } from "../../../domain/model/size.js";
import { skipColorTable, skipSubBlocks } from "../inspect/gif-blocks.js";

/** One frame of a GIF. */
export interface GifFrame {
  readonly area: Rectangle;
  /** The offset of its graphic control extension; absent: it has none. */
  readonly control?: number;
  /** The offset of its first byte, that of the extension if it has one. */
  readonly start: number;
  /** Whether one of its colors stands for transparency. */
  readonly isTransparent: boolean;
  /** Whether its area is cleared before the next frame is drawn. */
  readonly isCleared: boolean;
  /** The offset of its compressed pixels: the size of their smallest code, and sub-blocks. */
  readonly pixels: number;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;

/** Disposal 2 of GIF89a, 23: the area is restored to the background. */
const RESTORE_BACKGROUND = 2;

/** Lists the frames of a GIF, up to the first that breaks off. */
export function* listGifFrames(bytes: Uint8Array): Generator<GifFrame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let control: number | undefined;
  for (let at = skipColorTable(bytes, 10, 13); at + 10 <= bytes.length; ) {
    const kind = bytes[at];
    if (kind === EXTENSION) {
      if (bytes[at + 1] === GRAPHIC_CONTROL && bytes[at + 2] === 4) control = at;
      at = skipSubBlocks(bytes, at + 2);
    } else if (kind === IMAGE) {
      const pixels = skipColorTable(bytes, at + 9, at + 10);
      const flags = control === undefined ? 0 : (bytes[control + 3] ?? 0);
      yield {
        area: {
          left: view.getUint16(at + 1, true),
          top: view.getUint16(at + 3, true),
          width: view.getUint16(at + 5, true),
          height: view.getUint16(at + 7, true),
        },
        ...(control !== undefined && { control }),
        start: control ?? at,
        isTransparent: (flags & 1) === 1,
        isCleared: ((flags >> 2) & 7) === RESTORE_BACKGROUND,
        pixels,
      };
      control = undefined;
      at = skipSubBlocks(bytes, pixels + 1);
    } else return;
  }
}
