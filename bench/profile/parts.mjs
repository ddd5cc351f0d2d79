import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** The time of the profile itself; in no table. */
export const PROFILE = "the profile itself";

/** A thread that waits. */
export const IDLE = "idle";

/** Node and V8 without a function of anybody on the stack: events, compiling, calls into libraries. */
export const NODE = "Node and V8 themselves";

/** Other threads while no call of ours is under way: V8 compiles and collects garbage beside the main thread. */
export const THREADS = { start: "V8's other threads, start", work: "V8's other threads, work" };

/** The parts by the module that runs: the first that fits. */
const MODULES = [
  [/^(?:inversify|@inversifyjs|reflect-metadata)\//, "container (inversify)"],
  [/^entrypoints\/(?:container|cli\/composition|cli\/compose-)/, "container (inversify)"],
  [/^(?:zod|jsonc-parser)\//, "configuration (zod)"],
  [/^entrypoints\/configuration\//, "configuration (zod)"],
  [/^(?:sharp|@img|detect-libc|semver)\//, "sharp's own JavaScript"],
  [/^(?:libsql|@libsql|@neon-rs)\//, "SQLite"],
  [/^(?:tinyglobby|fdir|picomatch)\//, "finding files"],
  [/^entrypoints\/cli\/(?:find-|expand-|left-out-)|^entrypoints\/files\/l/, "finding files"],
  [/^entrypoints\/files\//, "reading the originals"],
  [/^(?:cli-progress|string-width|strip-ansi|emoji-regex)\//, "progress and summary"],
  [/^entrypoints\/cli\/(?:progress|summary|output)/, "progress and summary"],
  [/^(?:commander\/|entrypoints\/cli\/)/, "command line"],
  [/^thumbhash\/|^adapters\/sharp\/placeholder/, "placeholder and dominant color"],
  [/^adapters\/sharp\/(?:inspect|normalize|damage|heif|xmp|apng|colors)/, "header guards and facts"],
  [/^adapters\/sharp\/plan\/|^domain\/model\/(?:render-plan|geometry|size)/, "planning"],
  [/^adapters\/sharp\/work/, "handing over"],
  [/^adapters\/sharp\//, "rendering, its own code"],
  [/^adapters\/local\/by-name-links/, "links"],
  [/^adapters\/local\/(?:database|lock|opened-files)/, "SQLite"],
  [/^adapters\/local\/(?:file-content|file-tree|data-directory|blob|place-blob)/, "storing files"],
  [/^adapters\/local\//, "records, changes and events"],
  [/^domain\/model\/digest/, "hashing"],
  [/^(?:domain|ports|adapters)\//, "domain and checked ports"],
];

/** The parts by the function of Node that runs, whoever has called it. */
const FUNCTIONS = new Map([
  ["node:internal/crypto/hash", "hashing"],
  ["node:internal/modules/", "loading modules"],
  ["node:internal/deps/", "loading modules"],
  ["node:internal/process/esm", "loading modules"],
]);

/** The modules of Node that run for messages and pipes, where no module of ours or of a package is on the stack. */
const EVENTS =
  /^node:(?:internal\/(?:child_process|streams|stream_base|net|socket)|net|events|child_process)/;

const DIST = new URL("../../dist/", import.meta.url).href;
const PACKAGES = /^.*\/node_modules\//;
const maps = new Map();

/** The part of one sample: of the innermost function on the stack that says what is going on. */
export function choosePart(stack) {
  const [{ functionName }] = stack;
  if (functionName === "(idle)") return IDLE;
  if (functionName === "(garbage collector)") return "collecting garbage";
  if (stack.some(({ url }) => url.endsWith("/bench/profile/hook.cjs") && !isWrapper(stack, url)))
    return PROFILE;
  for (const frame of stack) {
    const part = chooseByFunction(frame) ?? chooseByModule(frame);
    if (part !== undefined) return part;
  }
  return stack.some(({ url }) => EVENTS.test(url)) ? "handing over" : NODE;
}

/** Whether the hook only calls what it stands in front of. */
function isWrapper([{ url, functionName }], hook) {
  return url !== hook && functionName !== "cpuUsage" && functionName !== "readSync";
}

function chooseByFunction({ url }) {
  for (const [beginning, part] of FUNCTIONS) if (url.startsWith(beginning)) return part;
  return undefined;
}

function chooseByModule(frame) {
  const module = findModule(frame);
  return module && MODULES.find(([pattern]) => pattern.test(module))?.[1];
}

/** `adapters/local/lock.js`, `zod/v4/core/parse.js`: the module that a bundle has this function from. */
function findModule({ url, lineNumber, columnNumber }) {
  if (!url.startsWith("file:")) return undefined;
  if (!url.startsWith(DIST)) return PACKAGES.test(url) ? url.replace(PACKAGES, "") : undefined;
  const source = loadMap(url)?.findEntry(lineNumber, columnNumber).originalSource;
  if (source === undefined) return url.slice(DIST.length);
  const { href } = new URL(source, url);
  return href.startsWith(DIST) ? href.slice(DIST.length) : source.replace(/^(?:\.\.\/)+/, "");
}

function loadMap(url) {
  if (!maps.has(url)) maps.set(url, readMap(fileURLToPath(`${url}.map`)));
  return maps.get(url);
}

function readMap(file) {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** The parts in the order in which a picture meets them; others come after them, by name. */
const ORDER = [
  "start of Node, command",
  "loading modules, command",
  "command line",
  "configuration (zod)",
  "container (inversify)",
  "finding files",
  "start of Node, renderers",
  "loading modules, renderers",
  "reading the originals",
  "hashing",
  "handing over",
  "header guards and facts",
  "inspecting: metadata()",
  "planning",
  "sharp's own JavaScript",
  "rendering, its own code",
  "decoding",
  "scaling to the widest output",
  "scaling from pixels in memory",
  "placeholder and dominant color",
  "encoding jpeg",
  "encoding webp",
  "domain and checked ports",
  "storing files",
  "fsync",
  "records, changes and events",
  "SQLite",
  "links",
  "progress and summary",
  NODE,
  THREADS.start,
  THREADS.work,
  "collecting garbage",
];

/** Each part once, in order. */
export function sortParts(parts) {
  const found = new Set(parts);
  return [
    ...ORDER.filter((part) => found.has(part)),
    ...[...found].filter((part) => !ORDER.includes(part)).sort(),
  ];
}

/** Divides the pipeline that decodes and scales by the shares of decoding that were measured apart. */
export function splitDecoding(parts, shares) {
  const both = parts.get("decoding");
  if (both === undefined || shares.length === 0) return parts;
  const share = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return new Map([
    ...parts,
    ["decoding", both * share],
    ["scaling to the widest output", both * (1 - share)],
  ]);
}
