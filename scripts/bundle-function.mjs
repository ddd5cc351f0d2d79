/*
 * Bundles one Lambda function for `build-lambda.mjs`: index.js, and in late/ what it loads only when it needs it.
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * The native parts of sharp are different for each architecture and never part of a bundle. Its code is: found and read
 * as the 70 files that it is, with all of semver among them, it would take a sixth of a cold start.
 */
const EXTERNAL = ["@img/sharp-*"];

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
 * Bundles the function whose shell is `entry` into `folder`; what is imported of the packages `hardlyUsed` is loaded by
 * the first use. Resolves to esbuild's reports, one for each file, that of index.js first.
 */
export async function bundleFunction(entry, folder, { hardlyUsed = [] } = {}) {
  const late = new Map();
  const first = await bundleModules({
    entryPoints: [entry],
    outfile: join(folder, "index.js"),
    plugins: [createLazyPlugin(hardlyUsed, late), createSeparatePlugin(late, "late/")],
    banner: { js: BANNER },
  });
  // Of a module that several functions take something of, this one may take what loads nothing.
  const imports = Object.values(first.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  for (const source of late.keys()) if (!imports.includes(`./late/${findFile(source)}`)) late.delete(source);
  return [first, ...(await bundleLate(late, join(folder, "late")))];
}

/** Bundles what is loaded late, with what is taken of it; it may load more, and take more of what there is already. */
async function bundleLate(late, folder) {
  const made = new Map();
  const findChanged = () => [...late].find(([source, taken]) => made.get(source)?.taken !== taken);
  for (let changed = findChanged(); changed; changed = findChanged()) {
    const [source, taken] = changed;
    const names = taken === ALL ? "*" : `{ ${taken.join(", ")} }`;
    const stdin = { contents: `export ${names} from ${JSON.stringify(source)};`, resolveDir: root };
    const metafile = await bundleModules({
      stdin,
      outfile: join(folder, findFile(source)),
      plugins: [createSeparatePlugin(late, "")],
    });
    made.set(source, { taken, metafile });
  }
  return [...made.values()].map(({ metafile }) => metafile);
}

async function bundleModules({ plugins = [], ...options }) {
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
    plugins: [onlyEnglish, onlyNeededOfSemver, onlyGlibc, ...plugins],
    ...options,
  });
  return metafile;
}

/**
 * Bundles every module that the code imports dynamically as a file of its own. Inside the bundle it would have to be
 * parsed with each cold start, and what it shares with the rest would be wrapped in functions to be run late. Such a
 * file has copies of its own of what it shares, so what is imported late must not be compared by identity.
 */
function createSeparatePlugin(late, folder) {
  return {
    name: "separate-late-imports",
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, path, resolveDir, importer }) => {
        if (kind !== "dynamic-import" || path.startsWith("node:")) return undefined;
        // A part of a package has no name of its own.
        if (path.startsWith(".") && resolveDir.includes("node_modules")) return undefined;
        const source = path.startsWith(".") ? join(resolveDir, path.replace(/\.js$/, ".ts")) : path;
        noteLate(late, source, listTakenLate(readFileSync(importer, "utf8"), path));
        return { path: `./${folder}${findFile(source)}`, external: true };
      });
    },
  };
}

/**
 * Has a package loaded by the first use of what it exports: the first look at an object of a client or a command, the
 * first call of a function. The objects stand in for those of the package, so they must not be told apart by their class.
 * Of a module of Node each export is looked up when it is used.
 */
function createLazyPlugin(packages, late) {
  const isLazy = (path) => packages.includes(isBuiltin(path) ? `node:${path.replace("node:", "")}` : path);
  return {
    name: "loaded-by-use",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ kind, path, importer, namespace }) => {
        if (!isLazy(path) || namespace === "by-use") return undefined;
        if (isBuiltin(path)) return { path, namespace: "by-use" };
        if (kind !== "import-statement") return undefined;
        noteLate(late, path, listTaken(readFileSync(importer, "utf8"), path));
        return { path, namespace: "by-use" };
      });
      onLoad({ filter: /./, namespace: "by-use" }, ({ path }) => {
        const contents = isBuiltin(path) ? writeLateLookups(path) : writeStandIns(path);
        return { contents, resolveDir: root };
      });
      onResolve({ filter: /^\.\/late\//, namespace: "by-use" }, ({ path }) => ({ path, external: true }));
    },
  };
}

function writeLateLookups(module) {
  const names = Object.keys(require(module)).filter((name) => name !== "default");
  const lookups = names.map((name) => `get ${name}() { return require("${module}").${name}; }`);
  return `module.exports = { ${lookups.join(", ")} };`;
}

function writeStandIns(source) {
  const load = `const load = () => require("./late/${findFile(source)}");`;
  const exported = require(source);
  if (typeof exported === "function")
    return `${load} module.exports = (...given) => load().default(...given);`;
  const classes = Object.keys(exported).filter((name) =>
    /^(?:[A-Z]\w*)?(?:Client|Command|Logger|Metrics)$/.test(name),
  );
  return `${load}
    const standIn = (name) => function (...given) {
      let made;
      const get = (_, key) => {
        made ??= new (load()[name])(...given);
        return typeof made[key] === "function" ? made[key].bind(made) : made[key];
      };
      return new Proxy({}, { get });
    };
    ${classes.map((name) => `exports.${name} = standIn("${name}");`).join("\n")}`;
}

/** Stands for everything in a module, where it cannot be told how much of it is taken. */
const ALL = ["*"];

/** Notes what is taken of a late module; all of it, once that cannot be told. */
function noteLate(late, source, names) {
  const known = late.get(source) ?? [];
  const isAll = known === ALL || names === undefined;
  const added = (names ?? []).filter((name) => !known.includes(name));
  if (isAll || added.length > 0 || !late.has(source)) late.set(source, isAll ? ALL : [...known, ...added]);
}

/** The names that a file takes of what it imports dynamically; `undefined` where it takes them in another way. */
function listTakenLate(text, path) {
  const request = `import\\(\\s*["']${path}["']\\s*\\)`;
  const lists = [...text.matchAll(new RegExp(`const \\{([^}]*)\\} = await ${request}`, "g"))];
  const members = [...text.matchAll(new RegExp(`\\(await ${request}\\)\\.(\\w+)`, "g"))];
  const all = [...text.matchAll(new RegExp(`import\\([^)]*["']${path}["']`, "g"))];
  if (all.length === 0 || all.length !== lists.length + members.length) return undefined;
  return [...lists.flatMap(([, list]) => splitNames(list, ":")), ...members.map(([, name]) => name)];
}

/** The names that a file takes of what it imports at its start; `undefined` where it takes all of it. */
function listTaken(text, path) {
  const imports = [...text.matchAll(new RegExp(`import (type )?([^;"']*?) from ["']${path}["']`, "g"))];
  const lists = imports
    .filter(([, type]) => !type)
    .map(([, , names]) => (/^\w+$/.test(names) ? "default" : /^\{([^}]*)\}$/s.exec(names)?.[1]));
  if (lists.length === 0 || lists.includes(undefined)) return undefined;
  return lists.flatMap((list) => splitNames(list, " as "));
}

/** The names in a list, as the module has them. */
const splitNames = (list, as) =>
  list
    .split(",")
    .map((name) => name.split(as)[0].trim())
    .filter((name) => name !== "" && !name.startsWith("type "));

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

/** sharp compares versions by two of semver's functions, which loads all of them with its index. */
const onlyNeededOfSemver = {
  name: "only-needed-of-semver",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]semver[\\/]index\.js$/ }, ({ path }) => {
      const imports = [...readFileSync(path, "utf8").matchAll(/const (\w+) = (require\('[^']+'\))/g)];
      const lookups = imports.map(([, name, module]) => `get ${name}() { return ${module}; }`);
      return { contents: `module.exports = { ${lookups.join(", ")} };` };
    });
  },
};

/** sharp asks which C library the system has, for which the program of Node is read. Lambda's has glibc. */
const onlyGlibc = {
  name: "only-glibc",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]detect-libc[\\/]lib[\\/]detect-libc\.js$/ }, () => ({
      contents: `exports.GLIBC = "glibc";
        exports.MUSL = "musl";
        exports.familySync = () => exports.GLIBC;
        exports.versionSync = () => null;
        exports.isNonGlibcLinuxSync = () => false;`,
    }));
  },
};

/** A package is named in full, a file of ours by its own name. */
const findFile = (source) =>
  `${(isAbsolute(source) ? basename(source, ".ts") : source).replace(/^@/, "").replaceAll("/", "-")}.js`;
