/*
 * Packs the bundles of the Lambda functions for the package: `pack-lambda.mjs FOLDER FILE`. The functions have most of
 * their code in common, and Brotli with a window as large as all of it stores that once: 10 MB become 1 MB.
 *
 * FILE, uncompressed, is a line of JSON, `[[path, bytes], ...]`, and then the files one after another, in that order.
 * `infra/parts/packed-functions.ts` reads it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

/** Level 11 would take twenty times as long for a tenth less. */
const PARAMETERS = {
  [constants.BROTLI_PARAM_QUALITY]: 9,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

/** Writes to `file` what lies in the folders of `folder`; what lies beside them are notes of the build. */
export function packFunctions(folder, file) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => path.includes("/"))
    .sort();
  const contents = paths.map((path) => readFileSync(join(folder, path)));
  const index = JSON.stringify(paths.map((path, position) => [path, contents[position].length]));
  const packed = brotliCompressSync(Buffer.concat([Buffer.from(`${index}\n`), ...contents]), {
    params: PARAMETERS,
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, packed);
  return packed.length;
}

const [program, ...given] = process.argv.slice(1);
if (program === fileURLToPath(import.meta.url)) {
  if (given.length === 2) packFunctions(...given);
  else {
    console.error(`expected FOLDER FILE but received ${given.join(" ") || "nothing"}`);
    process.exitCode = 2;
  }
}
