/*
 * Bundles the Lambda functions and packs them into dist/lambda/functions.br, where the construct looks for them:
 * `npm run build:lambda`. With `-- [FUNCTION...] --outdir DIR` they stay as they are, to be run or looked at: each
 * function is a folder, DIR/<function>, whose handler is `index.handler`: index.js, what it loads only when it needs it
 * (late/), and for `process` the font of text watermarks and fonts.conf. It is ready to be zipped once the configuration lies
 * beside index.js and, for `process`, the native parts of the very sharp in this bundle (@img/sharp-linux-... and
 * @img/sharp-libvips-linux-...) lie in node_modules, for the function's own architecture. What went into the bundle is in
 * DIR/<function>.meta.json, one entry for each file.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleEdgeFunction } from "./bundle-edge-function.mjs";
import { bundleFunction } from "./bundle-function.mjs";
import { packFunctions } from "./pack-lambda.mjs";

/** The functions; each is a shell in src/entrypoints/lambda. */
const FUNCTIONS = ["invalidate", "process", "read", "reconcile", "write"];

/**
 * Packages and modules that a function imports and no ordinary request comes to: `read` knows images by their records,
 * `process` mixes no colors and starts no process. Loading them would cost a cold start up to a sixth. Lines and counts are
 * written when there is something to tell: what writes them is loaded while the first request waits for its answer.
 */
const HARDLY_USED = {
  process: [
    "@aws-lambda-powertools/logger",
    "@aws-lambda-powertools/metrics",
    "@img/colour",
    "node:child_process",
    "node:worker_threads",
  ],
  read: ["@aws-lambda-powertools/logger", "@aws-sdk/client-s3"],
  write: ["@aws-lambda-powertools/logger"],
};

/** The font that the engine looks for by this name, and its licence. */
const FONT_FILES = ["dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/LICENSE"];

/** A Lambda function may write below /tmp only. No folder of fonts: a watermark's font is given as a file. */
const FONTS_CONF =
  '<?xml version="1.0"?>\n<fontconfig><cachedir>/tmp/safelight-fontconfig</cachedir></fontconfig>\n';

/** The functions that run in CloudFront; each is a shell in src/entrypoints/cloudfront. */
const EDGE_FUNCTIONS = ["negotiate"];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

async function bundle(name, outdir) {
  const folder = join(outdir, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entry = join("src", "entrypoints", "lambda", `${name}.ts`);
  const metafiles = await bundleFunction(entry, folder, { hardlyUsed: HARDLY_USED[name] ?? [] });
  const [{ inputs }] = metafiles;
  // Only a function that draws has a use for them.
  if (Object.keys(inputs).some((path) => path.startsWith("node_modules/sharp/"))) {
    for (const file of FONT_FILES) cpSync(require.resolve(file), join(folder, "node_modules", file));
    writeFileSync(join(folder, "fonts.conf"), FONTS_CONF);
  }
  writeFileSync(join(outdir, `${name}.meta.json`), JSON.stringify(metafiles));
  const [first, ...others] = metafiles.map(({ outputs }) => Object.values(outputs)[0].bytes);
  const later = others.reduce((sum, bytes) => sum + bytes, 0);
  console.log(`${name}: ${formatKilobytes(first)} at the start, ${formatKilobytes(later)} when it is needed`);
}

async function bundleEdge(name, outdir) {
  const entry = join("src", "entrypoints", "cloudfront", `${name}.ts`);
  const bytes = await bundleEdgeFunction(entry, join(outdir, name));
  console.log(`${name}: ${bytes} bytes of the 10,240 that CloudFront takes`);
}

const formatKilobytes = (bytes) => `${Math.round(bytes / 1_000)} kB`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { outdir: { type: "string" } },
});
const unknown = positionals.filter((name) => ![...FUNCTIONS, ...EDGE_FUNCTIONS].includes(name));
if (unknown.length > 0) {
  console.error(
    `expected functions of ${[...FUNCTIONS, ...EDGE_FUNCTIONS].join(", ")} but received ${unknown.join(", ")}`,
  );
  process.exit(2);
}
if (positionals.length > 0 && values.outdir === undefined) {
  console.error(
    `expected --outdir DIR for ${positionals.join(", ")} but received none; the package has all functions`,
  );
  process.exit(2);
}
const outdir = resolve(
  values.outdir ?? join(root, "node_modules", ".cache", `safelight-lambda-${process.pid}`),
);
const names = positionals.length > 0 ? positionals : [...FUNCTIONS, ...EDGE_FUNCTIONS];
await Promise.all(
  names.map((name) => (FUNCTIONS.includes(name) ? bundle(name, outdir) : bundleEdge(name, outdir))),
);
if (values.outdir === undefined) {
  rmSync(join(root, "dist", "lambda"), { recursive: true, force: true });
  const bytes = packFunctions(outdir, join(root, "dist", "lambda", "functions.br"));
  rmSync(outdir, { recursive: true });
  console.log(`dist/lambda/functions.br: ${formatKilobytes(bytes)}`);
}
