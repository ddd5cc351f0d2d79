import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { buildDashboard } from "./build-dashboard.mjs";

/*
 * Builds dist: compiled code, declarations, the JSON Schema of the configuration, an executable command, the dashboard. With
 * --if-changed it does nothing when dist was made from these very inputs. It writes to standard error only, because
 * `npm start -- list --json` runs it first and its standard output belongs to the command.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const stamp = join(dist, ".stamp");

/** A digest of every input's name and content: times do not tell, a checkout sets them as it likes. */
function digestOfInputs() {
  const hash = createHash("sha256");
  const sources = ["src", "infra"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const settings = ["package.json", "tsconfig.json", "tsconfig.build.json"];
  const scripts = ["scripts/build.mjs", "scripts/build-dashboard.mjs"];
  for (const file of [...[...settings, ...scripts].map((name) => join(root, name)), ...sources]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Compiles into a folder beside dist's place, so that dist is never seen half built. */
function compile(into) {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(manifest), "bin", "tsc");
  const { status, error } = spawnSync(
    process.execPath,
    [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", into],
    { cwd: root, stdio: ["ignore", 2, 2] },
  );
  if (error) throw error;
  if (status !== 0) return false;
  moveUp(into);
  return true;
}

/** The package has what is in src at the top of dist, and the construct beside it: its imports lose their `src`. */
function moveUp(compiled) {
  const infra = join(compiled, "infra");
  for (const entry of readdirSync(infra, { recursive: true, withFileTypes: true })) {
    if (!/\.(?:js|d\.ts)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(["'](?:\.\.\/)+)src\//g, "$1"));
  }
  for (const name of ["sharp-package.json", "sharp-lock.json"])
    cpSync(join(root, "infra", name), join(infra, name));
  for (const name of readdirSync(join(compiled, "src")))
    renameSync(join(compiled, "src", name), join(compiled, name));
  rmdirSync(join(compiled, "src"));
}

/** Programs and worker processes. */
const PROGRAMS = [
  "entrypoints/cli/main.js",
  "entrypoints/cli/start.js",
  "entrypoints/server/write-worker-thread.js",
  "entrypoints/server/settler-process.js",
  "adapters/sharp/workers/worker-process.js",
];

/** Returns the options that both bundles share. Shared files lie two folders deep, like the modules that look for their neighbours by `import.meta.url`. */
function getSharedOptions(into) {
  return {
    outdir: into,
    outbase: into,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "warning",
  };
}

/**
 * Puts what each entry loads into one file, and what several load into shared ones: Node takes longer to find and
 * link a hundred small modules than to run them. The single modules stay beside, for the declarations' sake.
 */
async function bundleExports(into) {
  const { exports } = readManifest();
  const exported = Object.values(exports)
    .map((entry) => entry.default)
    .filter((file) => file !== undefined && !file.startsWith("./dist/infra/"))
    .map((file) => file.slice("./dist/".length));
  const entries = exported.map((file) => join(into, file));
  await esbuild.build({
    ...getSharedOptions(into),
    entryPoints: entries,
    plugins: [createDomainPlugin(into, entries)],
    treeShaking: false,
    chunkNames: "chunks/shared/[name]-[hash]",
    packages: "external",
  });
}

/**
 * Packages that programs load from where they are installed: those with machine code, those whose files are looked up,
 * and those that only some users have.
 */
function listInstalledPackages() {
  const { peerDependencies } = readManifest();
  return ["sharp", "libsql", "dejavu-fonts-ttf", ...Object.keys(peerDependencies)];
}

/**
 * Puts the programs into files of their own, together with the packages that they use: of the command's first tenth of a
 * second most went into finding three hundred modules of its container. Only what a command uses is loaded.
 */
async function bundlePrograms(into) {
  const { metafile } = await esbuild.build({
    ...getSharedOptions(into),
    entryPoints: PROGRAMS.map((file) => join(into, file)),
    plugins: [createPurePlugin(into), createRequirePlugin()],
    chunkNames: "chunks/programs/[name]-[hash]",
    external: listInstalledPackages(),
    // jsonc-parser has another form of module under "main", whose parts esbuild does not find.
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    // For the profile of `npm run bench`, which tells the modules of a bundle apart. The package has none of them.
    sourcemap: "external",
    sourcesContent: false,
    // What packages in the older form of modules ask for.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  });
  writeFileSync(
    join(into, "chunks", "programs", "LICENSES.txt"),
    collectLicenses(Object.keys(metafile.inputs)),
  );
}

/** The licences of the packages whose files are these. */
function collectLicenses(files) {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/)?node_modules\/(?!\.)(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined ? `License: ${license}` : readFileSync(join(root, folder, file), "utf8").trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** A module of ours that a program names nothing of is left out, with all that it would load. */
function createPurePlugin(into) {
  return {
    name: "pure-modules",
    setup(bundling) {
      bundling.onResolve({ filter: /^\.{1,2}\// }, ({ path, importer, resolveDir, kind }) =>
        importer.startsWith(into) && kind !== "entry-point"
          ? { path: join(resolveDir, path), sideEffects: false }
          : undefined,
      );
    },
  };
}

/**
 * Packages with machine code are required and not imported. Node scans what is imported of the older form of modules for the
 * names that it exports; that V8 compiled this scanner anew took a fifth of a renderer's start.
 */
function createRequirePlugin() {
  return {
    name: "required-packages",
    setup(bundling) {
      bundling.onResolve({ filter: /^(?:sharp|libsql)$/ }, ({ path }) => ({ path, namespace: "required" }));
      bundling.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
        contents: `import { createRequire } from "node:module"; export default createRequire(import.meta.url)("${path}");`,
      }));
    },
  };
}

function readManifest() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/**
 * Has each entry load the whole domain: what all entries load is one shared file, what each loads a part of would be
 * twenty. The client runs in browsers and loads nothing of it.
 */
function createDomainPlugin(into, entries) {
  const files = readdirSync(join(into, "domain"), { recursive: true }).filter((name) => name.endsWith(".js"));
  const imports = files.map((name) => `import ${JSON.stringify(join(into, "domain", name))};`).join("\n");
  const alone = join(into, "entrypoints", "http", "client", "index.js");
  return {
    name: "whole-domain",
    setup(bundling) {
      bundling.onLoad({ filter: /\.js$/ }, ({ path }) =>
        entries.includes(path) && path !== alone
          ? { contents: `${readFileSync(path, "utf8")}\n${imports}`, resolveDir: dirname(path) }
          : undefined,
      );
    },
  };
}

async function build(digest) {
  const work = join(root, "node_modules", ".cache", `safelight-build-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const next = join(work, "next");
    if (!compile(next)) return 1;
    const dashboard = buildDashboard(join(next, "dashboard"));
    // First, from the single modules: the other bundle replaces some of them.
    await bundlePrograms(next);
    await Promise.all([bundleExports(next), dashboard]);
    if (existsSync(dist)) renameSync(dist, join(work, "previous"));
    renameSync(next, dist);
    // The functions' bundles have a build of their own (scripts/build-lambda.mjs).
    const bundles = join(work, "previous", "lambda");
    if (existsSync(bundles)) renameSync(bundles, join(dist, "lambda"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  chmodSync(join(dist, "entrypoints", "cli", "main.js"), 0o755);
  const schema = pathToFileURL(join(dist, "entrypoints", "configuration", "schema.js"));
  const { generateConfigurationSchema } = await import(schema.href);
  const json = `${JSON.stringify(generateConfigurationSchema(), null, 2)}\n`;
  writeFileSync(join(dist, "safelight.config.schema.json"), json);
  // Last, so that a build that was cut short is done again.
  writeFileSync(stamp, digest);
  return 0;
}

const digest = digestOfInputs();
const upToDate = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
if (!(process.argv.includes("--if-changed") && upToDate)) process.exitCode = await build(digest);
