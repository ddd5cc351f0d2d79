import { createHash } from "node:crypto";
import sharp from "sharp";
import { decodeRaw } from "../support/compare.mjs";
import { computeMedian, computeRatio, measureInterleaved, measureTime } from "../support/measure.mjs";
import { findPeers, QUALITY, SIDE } from "../support/peers.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { cut } from "../support/reference.mjs";
import { computeSsim } from "../support/similarity.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Peers: one 200 x 200 JPEG and the metadata";

const SPEC = { name: "thumb", width: SIDE, height: SIDE, fit: "cover", format: "jpeg", quality: QUALITY };

/** A peer that takes longer than this many milliseconds for a picture is timed in fewer rounds. */
const SLOW = 1_500;

export async function run({ originals, rounds, folder, signal, progress }) {
  const config = createConfiguration([SPEC]);
  const { found: others, missing } = await findPeers({ folder, signal, progress });
  const makers = {
    "bare sharp": async ({ bytes }) => {
      await sharp(bytes).metadata();
      return sharp(bytes).autoOrient().resize(SIDE, SIDE).jpeg({ quality: QUALITY }).toBuffer();
    },
    Safelight: async ({ bytes }) => {
      createHash("sha256").update(bytes).digest("hex");
      return (await produce(bytes, config)).outputs[0].bytes;
    },
    ...Object.fromEntries(Object.entries(others).map(([name, { make }]) => [name, make])),
  };
  const rows = [];
  const winners = [];
  try {
    for (const original of await originals([3, 12, 24])) {
      const kept = {};
      const variants = {};
      const slow = [];
      for (const [name, make] of Object.entries(makers)) {
        const work = async () => {
          const made = await make(original);
          kept[name] = made.output ?? made;
          return made.cpu === undefined ? undefined : { cpu: made.cpu, wall: made.wall };
        };
        progress(`${original.name}, ${name}`);
        const { wall } = await measureTime(work);
        if (wall > SLOW) slow.push(name);
        variants[name] = work;
      }
      const quick = Object.fromEntries(Object.entries(variants).filter(([name]) => !slow.includes(name)));
      const found = await measureInterleaved(quick, {
        rounds: rounds * 3,
        signal,
        progress: (text) => progress(`${original.name}, ${text}`),
      });
      const patient = Object.fromEntries(["bare sharp", ...slow].map((name) => [name, variants[name]]));
      const late = slow.length > 0 ? await measureInterleaved(patient, { rounds: 2, signal, progress }) : {};
      for (const name of Object.keys(makers)) {
        const from = slow.includes(name) ? late : found;
        const value = computeRatio(from, name, "bare sharp");
        rows.push([
          `${original.name}: ${name}`,
          formatMilliseconds(computeMedian(from[name].cpu)),
          formatRatio(value),
          formatRatio(computeRatio(from, name, "bare sharp", "wall")),
          kept[name].length,
          await measureLikeness(kept[name], kept["bare sharp"]),
        ]);
        if (
          name !== "bare sharp" &&
          name !== "Safelight" &&
          !slow.includes(name) &&
          computeRatio(found, name, "Safelight") < 1
        )
          winners.push(
            `${name} at ${original.name} (${formatRatio(computeRatio(found, name, "Safelight"))} of Safelight's CPU time)`,
          );
      }
    }
  } finally {
    for (const { close } of Object.values(others)) await close?.();
  }
  return {
    tables: [
      {
        columns: ["original, peer", "CPU ms", "CPU to bare sharp", "wall", "bytes", "SSIM to bare sharp's"],
        rows,
      },
    ],
    results: [],
    notes: [
      ...(missing === undefined ? [] : [missing]),
      `Safelight also computes the ThumbHash, the dominant color and the SHA-256, and checks the file first; the others do not. ${winners.length > 0 ? `Faster than Safelight here: ${winners.join("; ")}.` : "None was faster than Safelight here."} ipx runs on the same sharp. jimp and @napi-rs/image resample differently, as the SSIM shows. ImageMagick and vipsthumbnail start a process for each picture, and that counts; Pillow does not.`,
    ],
  };
}

/** SSIM; the crop of one may lie a pixel beside the other's, where the middle falls between two pixels. */
async function measureLikeness(a, b) {
  const [x, y] = await Promise.all([decodeRaw(a), decodeRaw(b)]);
  if (x.width !== y.width || x.height !== y.height) return `${x.width} x ${x.height}`;
  const inner = { top: 0, width: x.width - 2, height: x.height };
  const middle = cut(x, { ...inner, left: 1 });
  const found = [0, 1, 2].map((left) =>
    computeSsim(middle.data, cut(y, { ...inner, left }).data, inner.width, inner.height),
  );
  return Math.max(...found).toFixed(4);
}
