import sharp from "sharp";
import { computeRatio, measureInterleaved } from "../support/measure.mjs";

/** The widest output of the default configuration. */
const WIDTH = 1280;

/** Runs of each way: one is too short to be timed well. */
const ROUNDS = 7;

/**
 * The share of decoding in a pipeline that decodes a JPEG and scales it to the widest output: of the time of the whole, that
 * of the decoder's own picture, which is not scaled. Both are one loop in libvips, which nobody can time apart.
 */
export async function measureDecodingShare(bytes) {
  const { width } = await sharp(bytes).metadata();
  if (width <= WIDTH) return 1;
  const shrink = chooseShrink(width / WIDTH);
  const decodeAtWidth = (size) => async () => {
    await sharp(bytes).resize({ width: size }).raw().toBuffer();
  };
  const times = await measureInterleaved(
    { decoded: decodeAtWidth(Math.floor(width / shrink)), scaled: decodeAtWidth(WIDTH) },
    { rounds: ROUNDS },
  );
  return Math.min(1, computeRatio(times, "decoded", "scaled"));
}

/** The shrink factor that sharp chooses while a JPEG is decoded. */
function chooseShrink(factor) {
  if (factor < 3) return 1;
  return factor < 5 ? 2 : factor < 9 ? 4 : 8;
}
