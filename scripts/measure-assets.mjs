/*
 * Says how large the functions are that `npm run synth` put together, zipped and not, and fails if one is over 10 MB
 * zipped: with a handler of that size a cold start is felt. `measure-assets.mjs [FOLDER [BYTES]]`
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";

const MOST = Number(process.argv[3] ?? 10_000_000);
const HEADERS = 200;

const out = process.argv[2] ?? "cdk.out";
// As the stacks name them: what former runs have left there is of no interest.
const manifests = readdirSync(out).filter((name) => name.endsWith(".assets.json"));
const assets = manifests.flatMap((name) =>
  Object.values(JSON.parse(readFileSync(join(out, name), "utf8")).files),
);
for (const name of [...new Set(assets.map(({ source }) => source.path))].sort()) {
  const folder = join(out, name);
  if (!existsSync(join(folder, "index.js"))) continue;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  let [plain, zipped] = [0, 0];
  for (const { parentPath, name: file } of files) {
    const bytes = readFileSync(join(parentPath, file));
    plain += bytes.length;
    // Each file lies in an archive by itself, with its name twice and a few numbers.
    zipped += deflateRawSync(bytes).length + HEADERS;
  }
  const what = `${name.slice(0, 14)}: ${files.length} files, ${formatMegabytes(plain)} MB, ${formatMegabytes(zipped)} MB zipped`;
  console.log(what);
  if (zipped <= MOST) continue;
  console.error(`${name}: larger than the ${formatMegabytes(MOST)} MB zipped that are allowed`);
  process.exitCode = 1;
}

function formatMegabytes(bytes) {
  return (bytes / 1e6).toFixed(2);
}
