import { existsSync, readdirSync } from "node:fs";

const FOLDER = new URL("../suites/", import.meta.url);

/** In the order of the table; a suite that is not named here comes after them. */
const ORDER = [
  "thumbnail",
  "sets",
  "avif",
  "upload",
  "floor",
  "watermark",
  "quality",
  "encoders",
  "peers",
  "first",
  "small",
  "folder",
  "profile",
  "throughput",
  "latency",
  "memory",
  "lambda",
  "startup",
  "listing",
  "growth",
];

/** The names of all suites that are here. */
export function listSuiteNames() {
  const found = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length))
    .sort();
  return [...ORDER.filter((name) => found.includes(name)), ...found.filter((name) => !ORDER.includes(name))];
}

/** A suite has a `title` and a `run(context)` that resolves to `{ tables, results, notes? }`. */
export async function loadSuite(name) {
  const url = new URL(`${name}.mjs`, FOLDER);
  if (!existsSync(url)) throw new Error(`expected a suite in ${url} but found none`);
  return import(url.href);
}
