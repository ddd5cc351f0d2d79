import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { createRandom } from "./random.mjs";

/** Draws pictures of 64 to 600 pixels a side, JPEG and PNG, each of its own size, and resolves to their files. */
export async function drawSmallPictures(count, folder) {
  const random = createRandom(127);
  const chooseSide = () => 64 + Math.floor(random() * 537);
  const { data, info } = await sharp({
    create: { width: 900, height: 900, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 60 } },
  })
    .blur(4)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const files = [];
  for (let index = 0; index < count; index++) {
    const [width, height] = [chooseSide(), chooseSide()];
    const format = index % 4 === 0 ? "png" : "jpeg";
    const left = Math.floor(random() * (info.width - width));
    const top = Math.floor(random() * (info.height - height));
    const bytes = await sharp(data, { raw: info })
      .extract({ left, top, width, height })
      .toFormat(format, { quality: 85 })
      .toBuffer();
    files.push(join(folder, `small-${index}.${format === "png" ? "png" : "jpg"}`));
    writeFileSync(files.at(-1), bytes);
  }
  return files;
}
