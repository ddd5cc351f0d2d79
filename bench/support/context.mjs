import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawPhotograph, readPhotographs } from "./photographs.mjs";

/** Linux keeps this folder in memory. */
const IN_MEMORY = "/dev/shm";

/** Milliseconds between two lines of progress where they cannot be written over each other. */
const QUIET = 10_000;

/** Creates the context of a suite. `end()` clears its last line of progress and its folder. */
export function createContext(name, values, signal) {
  let folder;
  let shown = Number.NEGATIVE_INFINITY;
  const clear = process.stderr.isTTY ? "\r\u001b[K" : "";
  return {
    signal,
    rounds: parseNumber(values, "rounds") ?? 3,
    /** The value of `--originals` or `--images`, or the suite's own number. */
    count: (option, otherwise) => parseNumber(values, option) ?? otherwise,
    progress: (text) => {
      if (!clear && performance.now() - shown < QUIET) return;
      shown = performance.now();
      process.stderr.write(`${clear}${name}: ${text}${clear ? "" : "\n"}`);
    },
    /** Photographs of these sizes, or those of `--photos`. */
    originals: async (megapixels, { seeds = [1], ...rest } = {}) => {
      if (values.photos !== undefined)
        return readPhotographs(values.photos, megapixels.length * seeds.length);
      const found = [];
      for (const size of megapixels)
        for (const seed of seeds) found.push(await drawPhotograph({ megapixels: size, seed, ...rest }));
      return found;
    },
    /** A folder of the suite's own, made when first asked for; `quick`: in memory, where the system has such a place. */
    folder: ({ quick = false } = {}) => {
      folder ??= mkdtempSync(join(quick && existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "safelight-bench-"));
      return folder;
    },
    end: () => {
      process.stderr.write(clear);
      if (folder) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

function parseNumber(values, option) {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  process.stderr.write(`expected a whole number from 1 for --${option} but received ${text}\n`);
  process.exit(2);
}
