import sharp from "sharp";
import { averageBlocks } from "../../dist/adapters/sharp/decode/average-blocks.js";
import { encodeLikeProduct, resizePicture } from "../support/bare-sharp.mjs";
import { computeMedian, measureInterleaved } from "../support/measure.mjs";
import { createConfiguration, planPictures, produce } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Distance from the floor: one decode, the resizes and the encodes, each timed alone";

export async function run({ originals, rounds, signal, progress }) {
  const rows = [];
  const results = [];
  for (const set of ["JPEG", "thumbnails", "WebP"]) {
    for (const { name, file, bytes } of await originals([12, 24])) {
      const specs = SETS[set];
      const config = createConfiguration(specs);
      const { steps, kinds } = await listSteps(file, bytes, specs);
      const runOurs = async () => void (await produce(bytes, config));
      const found = await measureInterleaved(
        { ...steps, ours: runOurs },
        {
          rounds: Math.max(rounds, 5),
          clean: true,
          signal,
          progress: (text) => progress(`${set}, ${name}, ${text}`),
        },
      );
      // The floor of a round, not a sum of medians: rounds differ as a whole.
      const floors = found.ours.cpu.map((_, round) => sumTimes(Object.keys(steps), found, round));
      const takeMedian = (kind) =>
        computeMedian(found.ours.cpu.map((_, round) => sumTimes(kinds[kind], found, round)));
      const value = computeMedian(found.ours.cpu.map((cpu, round) => cpu / floors[round]));
      rows.push([
        `${set}, ${name}`,
        formatMilliseconds(takeMedian("decode")),
        formatMilliseconds(takeMedian("resize")),
        formatMilliseconds(takeMedian("encode")),
        formatMilliseconds(computeMedian(floors)),
        formatMilliseconds(computeMedian(found.ours.cpu)),
        formatRatio(value),
      ]);
      results.push({ measure: `${set} set, ${name}, to the floor`, value, target: 1.1 });
    }
  }
  const columns = ["set, original", "decode, CPU ms", "resizes", "encodes", "floor", "Safelight", "ratio"];
  return {
    tables: [{ columns, rows }],
    results,
    notes: [
      "The floor contains no facts, no ThumbHash, no checks and no transfer of bytes, so nothing can be below it. It decodes what the plan names. Each resize starts at the next larger output of at least three times the size, or else at the decoded pixels; block averages count as a resize.",
    ],
  };
}

/** Everything that has to be done, as single steps whose input lies ready. */
async function listSteps(file, bytes, specs) {
  const [{ size, shrinkOnLoad }, ...others] = await planPictures(bytes, createConfiguration(specs));
  const runAsPlanned = () =>
    shrinkOnLoad > 1
      ? sharp(`${file}[shrink=${shrinkOnLoad}]`)
      : shrinkOnLoad === 1
        ? sharp(bytes)
        : sharp(bytes).resize({ ...size, fit: "fill" });
  const decode = async () => {
    const { data, info } = await runAsPlanned().autoOrient().raw().toBuffer({ resolveWithObject: true });
    return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
  };
  const steps = { decode: async () => void (await decode()) };
  const kinds = { decode: ["decode"], resize: [], encode: [] };
  const decoded = await decode();
  const made = [decoded];
  const eighth = others.find((picture) => picture.shrinkOnLoad);
  if (eighth) {
    const picture = { data: decoded.data, ...decoded.raw };
    kinds.resize.push("means");
    steps.means = async () => void averageBlocks(picture, eighth.shrinkOnLoad / shrinkOnLoad, eighth.size);
  }
  const sorted = specs.toSorted((a, b) => b.width - a.width);
  for (const spec of sorted) {
    const parent =
      made.findLast(({ raw }) => raw.width >= 3 * spec.width && raw.height >= 3 * (spec.height ?? 0)) ??
      decoded;
    const scale = () =>
      resizePicture(sharp(parent.data, { raw: parent.raw }), spec)
        .raw()
        .toBuffer({ resolveWithObject: true });
    const { data, info } = await scale();
    const pixels = { data, raw: { width: info.width, height: info.height, channels: info.channels } };
    if (spec.height === undefined) made.push(pixels);
    const encode = () => encodeLikeProduct(sharp(pixels.data, { raw: pixels.raw }), spec).toBuffer();
    if (pixels.raw.width !== parent.raw.width || pixels.raw.height !== parent.raw.height) {
      kinds.resize.push(`resize ${spec.name}`);
      steps[`resize ${spec.name}`] = async () => void (await scale());
    }
    kinds.encode.push(`encode ${spec.name}`);
    steps[`encode ${spec.name}`] = async () => void (await encode());
  }
  return { steps, kinds };
}

function sumTimes(names, found, round) {
  return names.reduce((sum, name) => sum + found[name].cpu[round], 0);
}
