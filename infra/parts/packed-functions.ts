import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

let unpacked: string | undefined;

/**
 * Unpacks the bundles that the package brings into a temporary folder, one folder for each function, and returns it. The
 * folder lasts as long as the process. In a checkout without bundles it stays empty.
 */
export function unpackFunctions(): string {
  if (unpacked !== undefined) return unpacked;
  const folder = mkdtempSync(join(tmpdir(), "safelight-functions-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = findPackedFunctions();
  if (existsSync(file))
    for (const [path, content] of readPackedFunctions(readFileSync(file))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  unpacked = folder;
  return folder;
}

/** Reads what `scripts/pack-lambda.mjs` wrote: an index in one line, then the files. */
function* readPackedFunctions(packed: Uint8Array): Iterable<readonly [path: string, content: Uint8Array]> {
  const plain = brotliDecompressSync(packed);
  const end = plain.indexOf("\n");
  let start = end + 1;
  for (const [path, bytes] of JSON.parse(plain.toString("utf8", 0, end)) as readonly [string, number][]) {
    yield [path, plain.subarray(start, start + bytes)];
    start += bytes;
  }
}

/** In the package they lie beside this code; in a checkout, where they are built. */
function findPackedFunctions(): string {
  const packed = fileURLToPath(new URL("../../lambda/functions.br", import.meta.url));
  return existsSync(packed)
    ? packed
    : fileURLToPath(new URL("../../dist/lambda/functions.br", import.meta.url));
}
