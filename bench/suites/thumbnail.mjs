import { createHash } from "node:crypto";
import sharp from "sharp";
import { encodeLikeProduct } from "../support/bare-sharp.mjs";
import { compareOutputs } from "../support/compare.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { comparePeakMemory } from "../support/peak-memory.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { change, formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title =
  "One 200 x 200 JPEG, facts, ThumbHash and hash, beside a bare thumbnail, metadata() and SHA-256";

const SET = "one thumbnail";
const [SPEC] = SETS[SET];

/** Pictures in a row: one is too short to be timed well. */
const REPEAT = 6;

export async function run({ originals, rounds, signal, progress }) {
  const config = createConfiguration([SPEC]);
  const rows = [];
  const results = [];
  for (const { name, bytes, file } of await originals([3, 12, 24])) {
    const runUnhashed = async () => {
      await sharp(bytes).metadata();
      return encodeLikeProduct(sharp(bytes).autoOrient().resize(200, 200), SPEC).toBuffer();
    };
    const hash = () => createHash("sha256").update(bytes).digest("hex");
    // As in the suites of whole programs: who stores an original knows its hash.
    const runBare = async () => {
      hash();
      return await runUnhashed();
    };
    const runOurs = async () => {
      hash();
      return (await produce(bytes, config)).outputs[0].bytes;
    };
    const same = await compareOutputs([await runOurs()], [await runBare()]);
    const found = await measureInterleaved(
      {
        unhashed: () => repeat(runUnhashed),
        bare: () => repeat(runBare),
        ours: () => repeat(runOurs),
      },
      { rounds: rounds * 3, signal, progress: (text) => progress(`${name}, ${text}`) },
    );
    const value = computeRatio(found, "ours", "bare");
    rows.push([
      name,
      formatMilliseconds(computeMedian(found.bare.cpu) / REPEAT),
      formatMilliseconds(computeMedian(found.ours.cpu) / REPEAT),
      formatRatio(value),
      formatRatio(computeRatio(found, "ours", "bare", "wall")),
      formatRatio(computeRatio(found, "ours", "unhashed")),
      change(same.bytes),
      same.ssim.toFixed(4),
    ]);
    results.push({
      measure: `one thumbnail and everything known, ${name}`,
      value,
      ...(name !== "3 MP" && { target: 1.06 }),
    });
    results.push({
      measure: `one thumbnail, ${name}, peak memory`,
      value: await comparePeakMemory(SET, [file], "naive", { rounds, signal, progress }),
      target: 1,
    });
  }
  const columns = [
    "original",
    "bare, CPU ms",
    "Safelight, CPU ms",
    "CPU",
    "wall",
    "CPU to bare without SHA-256",
    "bytes",
    "SSIM between them",
  ];
  return { tables: [{ columns, rows }], results };
}

async function repeat(work) {
  for (let i = 0; i < REPEAT; i++) await work();
}
