import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { createRandom } from "../support/random.mjs";
import { compareWithBare } from "../support/whole-programs.mjs";

export const title = "Small pictures: `safelight process` of many pictures of 64 to 600 pixels a side";

export async function run(context) {
  const files = await drawSmallPictures(context.count("images", 127), context.folder());
  const { cpu, wall, table } = await compareWithBare(files, context);
  return {
    tables: [{ caption: `${files.length} pictures, JPEG and PNG`, ...table }],
    results: [
      { measure: "small pictures, CPU, to bare sharp", value: cpu, target: 1.15 },
      { measure: "small pictures, wall time, likewise", value: wall, target: 1.15 },
    ],
  };
}

/** Pictures cut out of one photograph, each of its own size. */
async function drawSmallPictures(count, folder) {
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
