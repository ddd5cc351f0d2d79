import sharp from "sharp";
import { computeMedian, measureTime } from "../support/measure.mjs";
import { computeSsim } from "../support/similarity.mjs";
import { change, formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Encoders: bytes at equal SSIM against time";

/** Pixels of the pictures that are encoded: what pages show most. */
const WIDTH = 960;

/** Settings by format; the first is what sharp does by default and what the others are compared with. */
const FORMATS = {
  jpeg: {
    qualities: [70, 80, 90],
    at: 80,
    settings: {
      default: {},
      "no optimiseCoding": { optimiseCoding: false },
      progressive: { progressive: true },
      "trellis, no overshoot": { trellisQuantisation: true },
      mozjpeg: { mozjpeg: true },
    },
  },
  webp: {
    qualities: [70, 80, 90],
    at: 80,
    settings: {
      "effort 4 (default)": { effort: 4 },
      ...Object.fromEntries([0, 1, 2, 3, 5, 6].map((effort) => [`effort ${effort}`, { effort }])),
      "effort 4, smartSubsample": { effort: 4, smartSubsample: true },
    },
  },
  avif: {
    qualities: [40, 50, 62],
    at: 50,
    settings: {
      "effort 4, 4:4:4 (default)": { effort: 4 },
      ...Object.fromEntries(
        [0, 1, 2, 3, 4, 5].map((effort) => [
          `effort ${effort}, 4:2:0`,
          { effort, chromaSubsampling: "4:2:0" },
        ]),
      ),
      "effort 3, 4:4:4": { effort: 3 },
    },
  },
};

/** For each setting: the time to encode, and the bytes at the SSIM that the default reaches at its default quality. */
export async function run({ originals, rounds, signal, progress }) {
  const pictures = await Promise.all((await originals([12], { seeds: [1, 2] })).map(decodeRaw));
  const tables = [];
  for (const [format, { qualities, at, settings }] of Object.entries(FORMATS)) {
    const found = Object.fromEntries(Object.keys(settings).map((name) => [name, []]));
    for (const [index, picture] of pictures.entries()) {
      let aim;
      for (const [name, options] of Object.entries(settings)) {
        progress(`${format}, ${name}, picture ${index + 1} of ${pictures.length}`);
        const points = [];
        for (const quality of qualities) {
          signal.throwIfAborted();
          points.push(
            await encodeOnce(
              picture,
              format,
              { ...options, quality },
              quality === at && format !== "avif" ? rounds : 1,
            ),
          );
        }
        const own = points[qualities.indexOf(at)];
        aim ??= own;
        found[name].push({
          cpu: own.cpu / aim.cpu,
          ms: own.cpu,
          same: own.bytes / aim.bytes,
          ssim: own.ssim - aim.ssim,
          equal: interpolateBytes(points, aim.ssim) / aim.bytes,
        });
      }
    }
    tables.push({
      caption: `${format.toUpperCase()}, ${WIDTH} wide, quality ${at}, beside sharp's default`,
      columns: [
        "setting",
        "encode, CPU ms",
        "time",
        "bytes, same quality",
        "SSIM, same quality",
        "bytes, equal SSIM",
      ],
      rows: Object.entries(found).map(([name, list]) => {
        const takeMedian = (key) => computeMedian(list.map((entry) => entry[key]));
        return [
          name,
          formatMilliseconds(takeMedian("ms")),
          formatRatio(takeMedian("cpu")),
          change(takeMedian("same")),
          takeMedian("ssim").toFixed(4),
          change(takeMedian("equal")),
        ];
      }),
    });
  }
  return { tables, results: [] };
}

async function decodeRaw({ bytes }) {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: WIDTH })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function encodeOnce({ data, width, height }, format, options, rounds) {
  const cpu = [];
  let bytes;
  for (let round = 0; round < rounds; round++) {
    const taken = await measureTime(async () => {
      bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        [format](options)
        .toBuffer();
    });
    cpu.push(taken.cpu);
  }
  const decoded = await sharp(bytes).raw().toBuffer();
  return { cpu: computeMedian(cpu), bytes: bytes.length, ssim: computeSsim(data, decoded, width, height) };
}

/** Bytes grow with quality about as a straight line of their logarithm over -log(1 - SSIM), between two measured points. */
function interpolateBytes(points, aim) {
  const toAbscissa = ({ ssim }) => -Math.log(1 - ssim);
  const sorted = points.toSorted((a, b) => a.ssim - b.ssim);
  const upper = Math.max(
    1,
    sorted.findIndex(({ ssim }) => ssim >= aim) === -1
      ? sorted.length - 1
      : sorted.findIndex(({ ssim }) => ssim >= aim),
  );
  const [a, b] = [sorted[upper - 1], sorted[upper]];
  const share = (-Math.log(1 - aim) - toAbscissa(a)) / (toAbscissa(b) - toAbscissa(a));
  return Math.exp(Math.log(a.bytes) + share * (Math.log(b.bytes) - Math.log(a.bytes)));
}
