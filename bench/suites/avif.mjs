import sharp from "sharp";
import {
  encodeAsSharpDoes,
  encodeLikeProduct,
  renderDecodedOnce,
  renderOnePerOutput,
  resizePicture,
} from "../support/bare-sharp.mjs";
import { measureFaithfulness } from "../support/compare.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { change, formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "WebP and AVIF: twelve outputs from one original";

const SPECS = SETS["WebP + AVIF"];

export async function run({ originals, rounds, signal, progress }) {
  const measureLikeness = async (format, outputs, pixels) => {
    const selectOwn = (list) => list.filter((_, index) => SPECS[index].format === format);
    return (await measureFaithfulness(selectOwn(outputs), selectOwn(pixels))).toFixed(4);
  };
  const rows = [];
  const results = [];
  const config = createConfiguration(SPECS);
  for (const { name, bytes } of await originals([12, 24])) {
    const pixels = [];
    for (const spec of SPECS)
      pixels.push(await resizePicture(sharp(bytes).autoOrient(), spec).raw().toBuffer());
    const ways = {
      "one per output, sharp's encoder defaults": () => renderOnePerOutput(bytes, SPECS, encodeAsSharpDoes),
      "one per output, Safelight's settings": () => renderOnePerOutput(bytes, SPECS, encodeLikeProduct),
      "decoded once by hand, Safelight's settings": () => renderDecodedOnce(bytes, SPECS, encodeLikeProduct),
      Safelight: async () => (await produce(bytes, config)).outputs.map((output) => output.bytes),
    };
    const kept = {};
    const timedWays = Object.fromEntries(
      Object.entries(ways).map(([way, work]) => [
        way,
        async () => {
          kept[way] = await work();
        },
      ]),
    );
    const found = await measureInterleaved(timedWays, {
      // A way takes seconds: neither many rounds nor a first one for warming up would change its figure.
      rounds: Math.ceil(rounds / 3),
      warmUp: false,
      signal,
      progress: (text) => progress(`${name}, ${text}`),
    });
    const [base] = Object.keys(ways);
    const sumSizes = (way) => kept[way].reduce((sum, { length }) => sum + length, 0);
    for (const way of Object.keys(ways)) {
      rows.push([
        `${name}: ${way}`,
        formatMilliseconds(computeMedian(found[way].cpu)),
        formatRatio(computeRatio(found, way, base)),
        formatRatio(computeRatio(found, way, base, "wall")),
        change(sumSizes(way) / sumSizes(base)),
        await measureLikeness("webp", kept[way], pixels),
        await measureLikeness("avif", kept[way], pixels),
      ]);
    }
    results.push(
      {
        measure: `WebP + AVIF set, ${name}, to one sharp(input) per output with sharp's encoder defaults`,
        value: computeRatio(found, "Safelight", base),
        target: 0.5,
      },
      {
        measure: `WebP + AVIF set, ${name}, bytes to the same`,
        value: sumSizes("Safelight") / sumSizes(base),
        target: 1.03,
      },
      {
        measure: `WebP + AVIF set, ${name}, same encoder settings`,
        bar: `WebP + AVIF set, ${name}`,
        value: computeRatio(found, "Safelight", "one per output, Safelight's settings"),
      },
    );
  }
  const columns = ["way", "CPU ms", "CPU", "wall", "bytes", "WebP, SSIM", "AVIF, SSIM"];
  return {
    tables: [{ columns, rows }],
    results,
    notes: [
      "SSIM is of each output to its own pixels before they were encoded, as `sharp(input)` scales them: medians over the sizes.",
    ],
  };
}
