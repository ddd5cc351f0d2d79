/**
 * Draws docs/samples.jpg for the README from samples/: each original, as it looks upright, over the renditions that
 * Safelight makes of it. Needs a build (`npm run build`).
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { sharpEngine } from "../dist/adapters/sharp/index.js";
import { DEFAULT_UPLOAD_POLICY, planRenditions, thumbnailSpec } from "../dist/index.js";
import { paint } from "./samples/paint.mjs";
import { paintBackdrop } from "./samples/things.mjs";

const ROWS = ["hills-at-dawn.jpg", "mountain-lake.jpg", "city-at-night.webp", "fruit.jpg", "paper-boat.png"];
const CELL = 220;
const GAP = 20;

const paper = { format: "png", background: "#2d3640" };
const THUMBNAILS = {
  original: thumbnailSpec({ ...paper, width: CELL, height: CELL, fit: "inside" }),
  square: thumbnailSpec({ ...paper, width: 104, height: 104, position: "attention" }),
  whole: thumbnailSpec({ ...paper, width: 104, height: 104, fit: "contain" }),
  banner: thumbnailSpec({ ...paper, width: CELL, height: 80, position: "attention" }),
};

const engine = sharpEngine();
const tiles = [];
for (const [column, name] of ROWS.entries()) {
  const bytes = await readFile(new URL(`../samples/${name}`, import.meta.url));
  const facts = await engine.inspect(bytes, DEFAULT_UPLOAD_POLICY);
  const plan = planRenditions(facts, { thumbnails: THUMBNAILS, metadata: "strip" });
  const { outputs } = await engine.render(bytes, plan);
  const left = GAP + column * (CELL + GAP);
  const places = [
    { left: left + (CELL - outputs[0].width) / 2, top: GAP + (CELL - outputs[0].height) / 2 },
    { left, top: 2 * GAP + CELL },
    { left: left + CELL - 104, top: 2 * GAP + CELL },
    { left, top: 2 * GAP + CELL + 104 + 12 },
  ];
  for (const [index, { bytes: input }] of outputs.entries()) {
    const place = { left: Math.round(places[index].left), top: Math.round(places[index].top) };
    tiles.push({ input: Buffer.from(input), ...place });
  }
}
const size = { width: ROWS.length * (CELL + GAP) + GAP, height: 3 * GAP + CELL + 104 + 12 + 80 };
const { data, raw } = paint({ ...size, film: 0 }, paintBackdrop);
const picture = await sharp(data, { raw }).composite(tiles).jpeg({ quality: 82, mozjpeg: true }).toBuffer();
await writeFile(fileURLToPath(new URL("../docs/samples.jpg", import.meta.url)), picture);
console.log(`docs/samples.jpg: ${Math.round(picture.length / 1000)} kB`);
