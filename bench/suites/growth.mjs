import { renderOnePerOutput } from "../support/bare-sharp.mjs";
import { computeMedian, measureInterleaved } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Cost as the work grows: 1 to 16 outputs, 1 to 100 megapixels";

const OUTPUTS = [1, 2, 4, 8, 16];
const MEGAPIXELS = [1, 3, 6, 12, 24, 50, 100];

/** Two outputs, as the default configuration has them. */
const TWO = [
  { name: "thumb", width: 200, height: 200, fit: "cover", format: "jpeg" },
  { name: "preview", width: 1280, format: "webp" },
];

export async function run({ originals, rounds, signal, progress }) {
  const few = Math.max(2, Math.round(rounds / 2));
  const measureRow = async (label, bytes, specs) => {
    progress(label);
    const config = createConfiguration(specs);
    const found = await measureInterleaved(
      {
        naive: async () => void (await renderOnePerOutput(bytes, specs)),
        ours: async () => void (await produce(bytes, config)),
      },
      { rounds: few, signal },
    );
    const [naive, ours] = [computeMedian(found.naive.cpu), computeMedian(found.ours.cpu)];
    return [label, formatMilliseconds(naive), formatMilliseconds(ours), formatRatio(ours / naive)];
  };
  const [twelve] = await originals([12]);
  const byOutputs = [];
  for (const count of OUTPUTS)
    byOutputs.push(await measureRow(`${count} outputs`, twelve.bytes, spreadEvenly(count)));
  const byPixels = [];
  for (const megapixels of MEGAPIXELS) {
    const [{ bytes, name }] = await originals([megapixels]);
    byPixels.push(await measureRow(name, bytes, TWO));
  }
  const heads = ["one per output, CPU ms", "Safelight, CPU ms", "ratio"];
  return {
    tables: [
      {
        caption: "JPEGs from one 12 MP original, widths evenly up to 1,920",
        columns: ["outputs", ...heads],
        rows: byOutputs,
      },
      { caption: "A 200 x 200 JPEG and a WebP 1,280 wide", columns: ["original", ...heads], rows: byPixels },
    ],
    results: [],
  };
}

function spreadEvenly(count) {
  return Array.from({ length: count }, (_, i) => {
    const width = Math.round((1920 * (i + 1)) / count);
    return { name: `w${width}`, width, format: "jpeg" };
  });
}
