import { createHash } from "node:crypto";
import { Asset, definePipeline, watermarkPolicy } from "safelight";
import { memory } from "safelight/memory";
import sharp from "sharp";
import { encodeAsSharpDoes, resizePicture } from "../support/bare-sharp.mjs";
import { drawLogo } from "../support/logo.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { createConfiguration, engine } from "../support/product.mjs";
import { SETS } from "../support/sets.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "A whole upload, beside the code that most people write";

const TARGETS = { thumbnails: 0.2, JPEG: 0.3, WebP: 0.55, "WebP + AVIF": 0.4 };

/** The watermark is on outputs from this width on, a quarter as wide: Safelight's defaults. */
const WATERMARK = { minWidth: 200, scale: 0.25, margin: 16 };

export async function run({ originals, rounds, signal, progress }) {
  const image = await drawLogo();
  const watermark = watermarkPolicy({ image: new Asset(image) });
  const rows = [];
  const results = [];
  for (const [set, target] of Object.entries(TARGETS)) {
    for (const { name, bytes } of await originals([12, 24])) {
      const config = createConfiguration(SETS[set], { watermark });
      const ways = {
        naive: async () => void (await renderAsMostPeopleDo(bytes, SETS[set], image)),
        ours: async () => {
          const record = await definePipeline({ ...memory(), engine, config }).process({
            key: "upload.jpg",
            bytes,
          });
          if (record.status !== "ready") throw new Error(record.failure?.message);
        },
      };
      const found = await measureInterleaved(ways, {
        // With AVIF a way takes seconds, and few rounds tell as much.
        rounds: set.includes("AVIF") ? Math.ceil(rounds / 3) : rounds,
        warmUp: !set.includes("AVIF"),
        signal,
        progress: (text) => progress(`${set}, ${name}, ${text}`),
      });
      const value = computeRatio(found, "ours", "naive");
      rows.push([
        `${set}, ${name}`,
        formatMilliseconds(computeMedian(found.naive.cpu)),
        formatMilliseconds(computeMedian(found.ours.cpu)),
        formatRatio(value),
        formatRatio(computeRatio(found, "ours", "naive", "wall")),
      ]);
      results.push({
        measure: `whole upload, ${set}, ${name}, to as most people write it`,
        value,
        target,
        bar: `upload, ${set}, ${name}`,
      });
    }
  }
  return {
    tables: [
      {
        columns: ["set, original", "as most people write it, CPU ms", "Safelight, CPU ms", "CPU", "wall"],
        rows,
      },
    ],
    results,
    notes: [
      "Both: facts, SHA-256, dominant color, a logo on every output from 200 pixels on, everything kept in memory. As most people write it: `metadata()`, `stats()`, the logo decoded and resized for each output, `sharp(input)` for each output, the encoders' defaults. Safelight: `pipeline.process()`, which also computes the ThumbHash, commits the record and publishes the event.",
    ],
  };
}

async function renderAsMostPeopleDo(bytes, specs, image) {
  const stored = new Map();
  const facts = await sharp(bytes).metadata();
  const { dominant } = await sharp(bytes).stats();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  for (const spec of specs) {
    let picture = resizePicture(sharp(bytes).rotate(), spec);
    if (spec.width >= WATERMARK.minWidth) {
      const small = await sharp(image)
        .resize({ width: Math.round(spec.width * WATERMARK.scale) })
        .png()
        .toBuffer();
      picture = picture.composite([{ input: await addMargin(small), gravity: "southeast" }]);
    }
    stored.set(spec.name, await encodeAsSharpDoes(picture, spec).toBuffer());
  }
  return { facts, dominant, sha256, stored };
}

/** sharp places by gravity only at the very edge. */
async function addMargin(small) {
  return sharp(small)
    .extend({ bottom: WATERMARK.margin, right: WATERMARK.margin, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer();
}
