/*
 * Bundles a function that runs in CloudFront itself for `build-lambda.mjs`. Its runtime, cloudfront-js-2.0, knows ECMAScript
 * 5.1 and a few features of later editions, has no modules, and calls the function `handler`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Features that the runtime does not know. What esbuild cannot put in other words ends the build. */
const UNKNOWN = [
  "array-spread",
  "class",
  "default-argument",
  "destructuring",
  "for-of",
  "generator",
  "new-target",
  "object-extensions",
  "regexp-lookbehind-assertions",
  "regexp-sticky-and-unicode-flags",
  "unicode-escapes",
];

/** Bundles the function whose shell is `entry` into index.js in `folder`. Resolves to its length in bytes. */
export async function bundleEdgeFunction(entry, folder) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2015",
    supported: Object.fromEntries(UNKNOWN.map((feature) => [feature, false])),
    // Names stay as they are, so that what runs there can be read.
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const [{ text }] = outputFiles;
  const code = text.replace(/export\s*\{\s*handler\s*\};\s*$/, "");
  if (code === text) throw new Error(`expected ${entry} to export handler and nothing else`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), code);
  return Buffer.byteLength(code);
}
