import sharp from "sharp";

/** A picture as it is remembered: enough to see that it is still the same, too little to depend on an encoder's rounding. */
export interface Print {
  readonly size: string;
  readonly frames: number;
  /** 64 bits in hexadecimal: whether each of 8 x 8 fields is darker than its neighbor to the right. */
  readonly hash: string;
  /** 8 x 8 pixels of red, green, blue and opacity, base64. */
  readonly pixels: string;
}

const SIDE = 8;

/** The print of one picture; of an animation, of its last frame. */
export async function computePrint(bytes: Uint8Array): Promise<Print> {
  const { width, height, pages = 1 } = await sharp(bytes).metadata();
  const shrink = (across: number, down: number) =>
    sharp(bytes, { page: pages - 1 })
      .ensureAlpha()
      .toColourspace("srgb")
      .resize(across, down, { fit: "fill" });
  const pixels = await shrink(SIDE, SIDE).raw().toBuffer();
  const grays = await shrink(SIDE + 1, SIDE)
    .flatten({ background: "#808080" })
    .grayscale()
    .raw()
    .toBuffer();
  let hash = 0n;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = y * (SIDE + 1) + x;
      // A margin keeps even fields, where rounding decides, from turning over.
      hash = (hash << 1n) | BigInt((grays[at] ?? 0) + 8 < (grays[at + 1] ?? 0));
    }
  }
  const text = hash.toString(16).padStart(16, "0");
  return { size: `${width}x${height}`, frames: pages, hash: text, pixels: pixels.toString("base64") };
}

/** How far two prints are apart: bits of the hash, and the mean and the largest difference of a pixel's band. */
export function printDistance(a: Print, b: Print): { bits: number; mean: number; most: number } {
  const bits = (BigInt(`0x${a.hash}`) ^ BigInt(`0x${b.hash}`)).toString(2).replaceAll("0", "").length;
  const [one, two] = [a, b].map(({ pixels }) => Buffer.from(pixels, "base64"));
  const apart = [...(one ?? [])].map((value, index) => Math.abs(value - (two?.[index] ?? Number.NaN)));
  return {
    bits,
    mean: apart.reduce((sum, value) => sum + value, 0) / Math.max(apart.length, 1),
    most: apart.reduce((most, value) => Math.max(most, value), 0),
  };
}
