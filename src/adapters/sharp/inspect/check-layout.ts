import { refusalInWords } from "../../../domain/model/errors.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";

/** The facts of a header that tell how pixels are laid out. */
export interface LayoutFacts {
  readonly space: string;
  readonly channels: number;
  readonly depth: string;
}

/** The channels of the color spaces that libvips can convert to sRGB. The others hold measurements, not colors. */
const COLOR_CHANNELS: ReadonlyMap<string, number> = new Map([
  ["b-w", 1],
  ["grey16", 1],
  ["srgb", 3],
  ["rgb16", 3],
  ["labs", 3],
  ["cmyk", 4],
]);

/** Of numbers of any other kind nobody knows which one is white. Those of CIE Lab are signed by nature. */
const DEPTHS: ReadonlySet<string> = new Set(["uchar", "ushort"]);
const LAB_DEPTHS: ReadonlySet<string> = new Set(["short"]);

/**
 * Throws `unsupported-format` unless the pixels are colors of whole numbers from 0, with at most one channel beside them,
 * which is their opacity: libvips would take the other numbers for something that they are not.
 */
export function checkLayout({ space, channels, depth }: LayoutFacts, format: ImageFormat): void {
  const colors = COLOR_CHANNELS.get(space);
  if (colors === undefined)
    throw refusalInWords("unsupported-format", "colors", "the original", `${space} ${format}`);
  if (channels !== colors && channels !== colors + 1)
    throw refusalInWords(
      "unsupported-format",
      `${colors} or ${colors + 1} channels of ${space}`,
      "the original",
      channels,
    );
  if (!(space.startsWith("lab") ? LAB_DEPTHS : DEPTHS).has(depth))
    throw refusalInWords("unsupported-format", "samples of 8 or 16 bits from 0", "the original", depth);
}
