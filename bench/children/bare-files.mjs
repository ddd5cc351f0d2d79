/* The least that makes the two outputs of the default configuration: `bare-files.mjs <to> <at a time> <file>...`. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import sharp from "sharp";

const [to, atATime, ...paths] = process.argv.slice(2);
const files = paths.values();
await Promise.all(
  Array.from({ length: Number(atATime) }, async () => {
    for (const file of files) {
      const bytes = await readFile(file);
      const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
      await sharp(bytes).metadata();
      const picture = sharp(bytes).autoOrient();
      const name = join(to, `${parse(file).name}-${digest}`);
      const [thumb, preview] = await Promise.all([
        picture
          .clone()
          .resize({ width: 200, height: 200, withoutEnlargement: true })
          .jpeg({ quality: 80 })
          .toBuffer(),
        picture.clone().resize({ width: 1280, withoutEnlargement: true }).webp({ quality: 80 }).toBuffer(),
      ]);
      await writeFile(`${name}-thumb.jpg`, thumb);
      await writeFile(`${name}-preview.webp`, preview);
    }
  }),
);
