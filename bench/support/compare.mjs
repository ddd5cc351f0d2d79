import sharp from "sharp";
import { computeMedian } from "./measure.mjs";
import { computeSsim } from "./similarity.mjs";

/**
 * Whether two ways did the same work: the outputs must be of one size, and their bytes are compared in sum. Throws where a
 * size differs, because then the times say nothing. SSIM is between the outputs of the two ways.
 */
export async function compareOutputs(ours, theirs) {
  let similarity = 1;
  for (const [index, bytes] of theirs.entries()) {
    const [a, b] = await Promise.all([decodeRaw(ours[index]), decodeRaw(bytes)]);
    if (a.width !== b.width || a.height !== b.height)
      throw new Error(
        `output ${index} has ${a.width} x ${a.height} pixels, and from the peer ${b.width} x ${b.height}`,
      );
    similarity = Math.min(similarity, computeSsim(a.data, b.data, a.width, a.height));
  }
  return { bytes: sumCounts(ours) / sumCounts(theirs), ssim: similarity };
}

/** How near each output is to the same pixels before they were encoded: the median of SSIM over all outputs. */
export async function measureFaithfulness(outputs, pixels) {
  const found = [];
  for (const [index, bytes] of outputs.entries()) {
    const { data, width, height } = await decodeRaw(bytes);
    found.push(computeSsim(data, pixels[index], width, height));
  }
  return computeMedian(found);
}

/** 8-bit RGB. */
export async function decodeRaw(bytes) {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function sumCounts(list) {
  return list.reduce((sum, { length }) => sum + length, 0);
}
