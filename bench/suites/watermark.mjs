import { Asset, watermarkPolicy } from "safelight";
import { drawLogo } from "../support/logo.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "A watermark on a JPEG 960 wide, beside none";

const SPEC = { name: "page", width: 960, format: "jpeg" };

/** Pictures in a row: one is too short to be timed well. */
const REPEAT = 4;

export async function run({ originals, rounds, signal, progress }) {
  const text = { text: "© Ansel & Co" };
  const configs = {
    none: createConfiguration([SPEC]),
    text: createConfiguration([SPEC], { watermark: watermarkPolicy(text) }),
    image: createConfiguration([SPEC], {
      watermark: watermarkPolicy({ image: new Asset(await drawLogo()) }),
    }),
    "text, tiled": createConfiguration([SPEC], { watermark: watermarkPolicy({ ...text, tile: true }) }),
  };
  const rows = [];
  const results = [];
  for (const { name, bytes } of await originals([3, 12, 24])) {
    const work = (config) => async () => {
      for (let i = 0; i < REPEAT; i++) await produce(bytes, config);
    };
    const found = await measureInterleaved(
      Object.fromEntries(Object.entries(configs).map(([kind, config]) => [kind, work(config)])),
      { rounds: rounds * 2, signal, progress: (text) => progress(`${name}, ${text}`) },
    );
    for (const kind of Object.keys(configs)) {
      const value = computeRatio(found, kind, "none");
      rows.push([
        `${name}, ${kind}`,
        formatMilliseconds(computeMedian(found[kind].cpu) / REPEAT),
        formatRatio(value),
      ]);
      if (kind !== "none")
        results.push({ measure: `watermark (${kind}), ${name}, to none`, value, target: 1.15 });
    }
  }
  return { tables: [{ columns: ["original, watermark", "CPU ms", "to none"], rows }], results };
}
