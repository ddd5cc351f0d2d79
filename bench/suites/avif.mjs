import sharp from "sharp";
import {
  asSharpDoes,
  decodedOnce,
  encodeLikeProduct,
  onePerOutput,
  resizePicture,
} from "../support/bare-sharp.mjs";
import { faithfulness } from "../support/compare.mjs";
import { measureInterleaved, median, ratio } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { change, ms, times } from "../support/table.mjs";

export const title = "WebP and AVIF: twelve outputs from one original";

const SPECS = SETS["WebP + AVIF"];

export async function run({ originals, rounds, signal, progress }) {
  const likeness = async (format, outputs, pixels) => {
    const own = (list) => list.filter((_, index) => SPECS[index].format === format);
    return (await faithfulness(own(outputs), own(pixels))).toFixed(4);
  };
  const rows = [];
  const results = [];
  const config = createConfiguration(SPECS);
  for (const { name, bytes } of await originals([12, 24])) {
    const pixels = [];
    for (const spec of SPECS)
      pixels.push(await resizePicture(sharp(bytes).autoOrient(), spec).raw().toBuffer());
    const ways = {
      "one per output, sharp's encoder defaults": () => onePerOutput(bytes, SPECS, asSharpDoes),
      "one per output, Safelight's settings": () => onePerOutput(bytes, SPECS, encodeLikeProduct),
      "decoded once by hand, Safelight's settings": () => decodedOnce(bytes, SPECS, encodeLikeProduct),
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
    const size = (way) => kept[way].reduce((sum, { length }) => sum + length, 0);
    for (const way of Object.keys(ways)) {
      rows.push([
        `${name}: ${way}`,
        ms(median(found[way].cpu)),
        times(ratio(found, way, base)),
        times(ratio(found, way, base, "wall")),
        change(size(way) / size(base)),
        await likeness("webp", kept[way], pixels),
        await likeness("avif", kept[way], pixels),
      ]);
    }
    results.push(
      {
        measure: `WebP + AVIF set, ${name}, to one sharp(input) per output with sharp's encoder defaults`,
        value: ratio(found, "Safelight", base),
        target: 0.5,
      },
      {
        measure: `WebP + AVIF set, ${name}, bytes to the same`,
        value: size("Safelight") / size(base),
        target: 1.03,
      },
      {
        measure: `WebP + AVIF set, ${name}, same encoder settings`,
        bar: `WebP + AVIF set, ${name}`,
        value: ratio(found, "Safelight", "one per output, Safelight's settings"),
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
