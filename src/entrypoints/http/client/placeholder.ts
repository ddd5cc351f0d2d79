import type { ImageDescription } from "../../../domain/model/image-record.js";
import { encodePng } from "./encode-png.js";

/** One channel of a ThumbHash: its mean, and its waves from slow to fast. */
interface Channel {
  readonly mean: number;
  readonly waves: readonly Wave[];
}

interface Wave {
  readonly x: number;
  readonly y: number;
  readonly strength: number;
}

/** The longer side of the drawn placeholder, in pixels: all that seven waves can show. */
const SIDE = 32;

/**
 * Draws the placeholder of an image as the `data:` URL of a small PNG, for a background that is there before the picture is.
 * `undefined` if the image has none.
 */
export function placeholderDataUrl({
  placeholder,
}: Pick<ImageDescription, "placeholder">): string | undefined {
  if (!placeholder) return undefined;
  const hash = Uint8Array.from(atob(placeholder.thumbhash), (character) => character.charCodeAt(0));
  const { width, height, rgba } = drawThumbHash(hash);
  const png = encodePng(width, height, rgba);
  return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
}

/** Draws a ThumbHash (its format: https://evanw.github.io/thumbhash/) as pixels of red, green, blue and alpha. */
export function drawThumbHash(hash: Uint8Array): { width: number; height: number; rgba: Uint8Array } {
  const readByte = (index: number) => hash[index] ?? 0;
  const means = readByte(0) | (readByte(1) << 8) | (readByte(2) << 16);
  const shape = readByte(3) | (readByte(4) << 8);
  const hasAlpha = means >> 23 === 1;
  const isLandscape = shape >> 15 === 1;
  const most = hasAlpha ? 5 : 7;
  const short = Math.max(1, shape & 7);
  const [wide, high] = isLandscape ? [most, short] : [short, most];
  let nibble = (hasAlpha ? 6 : 5) * 2;
  const readChannel = (mean: number, scale: number, columns: number, rows: number): Channel => {
    const waves: Wave[] = [];
    for (let y = 0; y < rows; y++)
      for (let x = y === 0 ? 1 : 0; x * rows < columns * (rows - y); x++) {
        const bits = (readByte(nibble >> 1) >> ((nibble & 1) * 4)) & 15;
        waves.push({ x, y, strength: (bits / 7.5 - 1) * scale });
        nibble += 1;
      }
    return { mean, waves };
  };
  // Saturation is raised by a quarter, because it was rounded down.
  const light = readChannel(
    (means & 63) / 63,
    ((means >> 18) & 31) / 31,
    Math.max(3, wide),
    Math.max(3, high),
  );
  const yellow = readChannel(((means >> 6) & 63) / 31.5 - 1, (((shape >> 3) & 63) / 63) * 1.25, 3, 3);
  const red = readChannel(((means >> 12) & 63) / 31.5 - 1, (((shape >> 9) & 63) / 63) * 1.25, 3, 3);
  const alpha = hasAlpha
    ? readChannel((readByte(5) & 15) / 15, (readByte(5) >> 4) / 15, 5, 5)
    : { mean: 1, waves: [] };

  const ratio = wide / high;
  const width = Math.round(ratio > 1 ? SIDE : SIDE * ratio);
  const height = Math.round(ratio > 1 ? SIDE / ratio : SIDE);
  const draw = (channel: Channel) => drawChannel(channel, width, height);
  const [lights, yellows, reds, alphas] = [draw(light), draw(yellow), draw(red), draw(alpha)];
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [l, p, q] = [lights[pixel] ?? 0, yellows[pixel] ?? 0, reds[pixel] ?? 0];
    const b = l - (2 / 3) * p;
    const r = (3 * l - b + q) / 2;
    const at = pixel * 4;
    rgba[at] = toByte(r);
    rgba[at + 1] = toByte(r - q);
    rgba[at + 2] = toByte(b);
    rgba[at + 3] = toByte(alphas[pixel] ?? 0);
  }
  return { width, height, rgba };
}

/** Adds up the waves of a channel, wave by wave: a page draws dozens of placeholders before it is seen. */
function drawChannel({ mean, waves }: Channel, width: number, height: number): Float64Array {
  const values = new Float64Array(width * height).fill(mean);
  for (const { x, y, strength } of waves) {
    const [across, down] = [computeWave(x, width), computeWave(y, height)];
    for (let row = 0, at = 0; row < height; row++) {
      const factor = 2 * strength * (down[row] ?? 0);
      for (let column = 0; column < width; column++, at++)
        values[at] = (values[at] ?? 0) + factor * (across[column] ?? 0);
    }
  }
  return values;
}

function computeWave(wave: number, length: number): Float64Array {
  const values = new Float64Array(length);
  for (let at = 0; at < length; at++) values[at] = Math.cos((Math.PI / length) * (at + 0.5) * wave);
  return values;
}

function toByte(share: number): number {
  return Math.max(0, 255 * Math.min(1, share));
}
