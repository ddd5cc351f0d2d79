/* Bare sharp at its best over a folder: `bare-throughput.mjs <from> <to> <at a time>`. Decodes once, writes both outputs. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { renderDecodedOnce } from "../support/bare-sharp.mjs";

const [from, to, atATime] = process.argv.slice(2);
const SPECS = [
  { name: "thumb", width: 200, height: 200, fit: "cover", format: "jpeg" },
  { name: "preview", width: 1280, format: "webp" },
];
await mkdir(to, { recursive: true });
const files = (await readdir(from)).sort().values();
await Promise.all(
  Array.from({ length: Number(atATime) }, async () => {
    for (const file of files) {
      const outputs = await renderDecodedOnce(await readFile(join(from, file)), SPECS);
      for (const [index, { name, format }] of SPECS.entries())
        await writeFile(join(to, `${parse(file).name}-${name}.${format}`), outputs[index]);
    }
  }),
);
