/*
 * Draws text watermarks in a process of its own and prints, for each, its words and how many of its pixels are covered.
 * What the libraries say on standard error is the test's to read.
 */

import { prepareLibvips } from "../../src/adapters/sharp/loaders.js";
import { drawWatermark, measureWatermark } from "../../src/adapters/sharp/watermarks/draw-watermark.js";

prepareLibvips();
for (const text of process.argv.slice(2)) {
  const watermark = { kind: "text", text, color: "#ffffff" } as const;
  const { width, height } = await measureWatermark(watermark);
  const raster = await drawWatermark(
    watermark,
    { width: 200, height: Math.max(8, Math.round((200 * height) / width)) },
    1,
  );
  let covered = 0;
  for (let at = 3; at < raster.data.length; at += 4) if ((raster.data[at] ?? 0) > 128) covered++;
  console.log(JSON.stringify({ text, width, covered }));
}
