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
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { packFunctions } from "./pack-lambda.mjs";

/** The functions; each is a shell in src/entrypoints/lambda. */
const FUNCTIONS = ["process", "read", "write"];

/**
 * The native parts of sharp are different for each architecture and never part of a bundle. Its code is: found and read
 * as the 70 files that it is, with all of semver among them, it would take a sixth of a cold start.
 */
const EXTERNAL = ["@img/sharp-*"];

/**
 * Packages that a function's adapters hold and that its requests never come to: `read` knows images by their records.
 * There they cost a sixth of a cold start, which is what the container and its modules cost everywhere.
 */
const HARDLY_USED = { read: ["@aws-sdk/client-s3"] };

/** The font that the engine looks for by this name, and its licence. */
const FONT_FILES = ["dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/LICENSE"];

/** A Lambda function may write below /tmp only. No folder of fonts: a watermark's font is given as a file. */
const FONTS_CONF =
  '<?xml version="1.0"?>\n<fontconfig><cachedir>/tmp/safelight-fontconfig</cachedir></fontconfig>\n';

/**
 * `import.meta.url` for code that finds files beside it, and a configuration for Fontconfig, which reads the variable
 * when libvips is loaded and would complain on standard error without one.
 */
const BANNER = [
  'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;',
  'process.env.FONTCONFIG_FILE ||= require("node:path").join(__dirname, "fonts.conf");',
].join("\n");

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/**
 * Bundles every module that the code imports dynamically as a file of its own. Inside the bundle it would have to be
 * parsed with each cold start, and what it shares with the rest would be wrapped in functions to be run late. Such a
 * file has copies of its own of what it shares, so what is imported late must not be compared by identity.
 */
function separate(late) {
  return {
    name: "separate-late-imports",
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import" || path.startsWith("node:")) return undefined;
        const source = path.startsWith(".") ? join(resolveDir, path.replace(/\.js$/, ".ts")) : path;
        late.add(source);
        return { path: `./${fileOf(source)}`, external: true };
      });
    },
  };
}

/**
 * Has a package of clients and commands loaded by the first look at an object of it, and not by making the object. The
 * objects stand in for those of the package, so they must not be told apart by their class.
 */
function loadedByUse(packages, late) {
  return {
    name: "loaded-by-use",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === "import-statement" && packages.includes(path) ? { path, namespace: "by-use" } : undefined,
      );
      onLoad({ filter: /./, namespace: "by-use" }, ({ path }) => {
        late.add(path);
        const classes = Object.keys(require(path)).filter((name) =>
          /^[A-Z]\w*(?:Client|Command)$/.test(name),
        );
        const contents = `const load = () => require("./${fileOf(path)}");
          const standIn = (name) => function (...given) {
            let made;
            const get = (_, key) => {
              made ??= new (load()[name])(...given);
              return typeof made[key] === "function" ? made[key].bind(made) : made[key];
            };
            return new Proxy({}, { get });
          };
          ${classes.map((name) => `exports.${name} = standIn("${name}");`).join("\n")}`;
        return { contents, resolveDir: root };
      });
      onResolve({ filter: /^\.\/late\//, namespace: "by-use" }, ({ path }) => ({ path, external: true }));
    },
  };
}

/**
 * Zod's sentences in forty languages, which hang on an object that nobody can tell unused. English is imported by
 * itself where it is needed, and the errors that people see are in our own words.
 */
const onlyEnglish = {
  name: "only-english",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/** A package is named in full, a file of ours by its own name. */
const fileOf = (source) =>
  `late/${(isAbsolute(source) ? basename(source, ".ts") : source).replace(/^@/, "").replaceAll("/", "-")}.js`;

async function bundle(name, outdir) {
  const folder = join(outdir, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const late = new Set();
  const metafiles = [
    await bundled({
      entryPoints: [join("src", "entrypoints", "lambda", `${name}.ts`)],
      outfile: join(folder, "index.js"),
      plugins: [loadedByUse(HARDLY_USED[name] ?? [], late), separate(late)],
      banner: { js: BANNER },
    }),
  ];
  for (const specifier of late) {
    const stdin = { contents: `export * from ${JSON.stringify(specifier)};`, resolveDir: root };
    metafiles.push(await bundled({ stdin, outfile: join(folder, fileOf(specifier)) }));
  }
  const [{ inputs }] = metafiles;
  // Only a function that draws has a use for them.
  if (Object.keys(inputs).some((path) => path.startsWith("node_modules/sharp/"))) {
    for (const file of FONT_FILES) cpSync(require.resolve(file), join(folder, "node_modules", file));
    writeFileSync(join(folder, "fonts.conf"), FONTS_CONF);
  }
  writeFileSync(join(outdir, `${name}.meta.json`), JSON.stringify(metafiles));
  const [first, ...others] = metafiles.map(({ outputs }) => Object.values(outputs)[0].bytes);
  const later = others.reduce((sum, bytes) => sum + bytes, 0);
  console.log(`${name}: ${kilobytes(first)} at the start, ${kilobytes(later)} when it is needed`);
}

async function bundled({ plugins = [], ...options }) {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    external: EXTERNAL,
    define: { "import.meta.url": "importMetaUrl" },
    // As require: the loader of ES modules would be started for nothing.
    supported: { "dynamic-import": false },
    legalComments: "none",
    logLevel: "warning",
    plugins: [onlyEnglish, ...plugins],
    ...options,
  });
  return metafile;
}

const kilobytes = (bytes) => `${Math.round(bytes / 1_000)} kB`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { outdir: { type: "string" } },
});
const unknown = positionals.filter((name) => !FUNCTIONS.includes(name));
if (unknown.length > 0) {
  console.error(`expected functions of ${FUNCTIONS.join(", ")} but received ${unknown.join(", ")}`);
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
await Promise.all((positionals.length > 0 ? positionals : FUNCTIONS).map((name) => bundle(name, outdir)));
if (values.outdir === undefined) {
  rmSync(join(root, "dist", "lambda"), { recursive: true, force: true });
  const bytes = packFunctions(outdir, join(root, "dist", "lambda", "functions.br"));
  rmSync(outdir, { recursive: true });
  console.log(`dist/lambda/functions.br: ${kilobytes(bytes)}`);
}
