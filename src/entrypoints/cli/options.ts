import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Argument, InvalidArgumentError, Option } from "commander";
import { refusal } from "../../domain/model/errors.js";

/** Where everything is kept unless `--data` says otherwise. */
const DEFAULT_DATA = "./safelight-data";

/** Most files that may be in hand at once; each takes the memory of a decoded picture. */
const MAX_CONCURRENCY = 64;

/** `--data DIR`, or `--out DIR`. */
export function createDataOption(): Option {
  return new Option("--out, --data <dir>", "the data directory").default(DEFAULT_DATA, DEFAULT_DATA);
}

/** The image that a command is about. */
export function createImageArgument(): Argument {
  return new Argument("<id or key>", "its key, its id, or an unambiguous beginning of its id");
}

/** `--config FILE`. */
export function createConfigOption(): Option {
  return new Option("--config <file>", "the configuration (default: ./safelight.config.json if it is there)");
}

/** `--json`. */
export function createJsonOption(): Option {
  return new Option("--json", "one JSON object a line on standard output, everything else on standard error");
}

/** `--concurrency N`. By default one file more than can be rendered: it is stored or recorded while others are rendered. */
export function createConcurrencyOption(): Option {
  const files = Math.min(availableParallelism() + 1, MAX_CONCURRENCY);
  return new Option("--concurrency <n>", `files in hand at once, 1 to ${MAX_CONCURRENCY}`)
    .default(files, "one more than there are cores")
    .argParser((text) => parseWholeNumber(text, MAX_CONCURRENCY));
}

/** Takes a number from a command line, or throws what makes commander refuse it. */
export function parseWholeNumber(text: string, maximum: number, minimum = 1): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < minimum || value > maximum)
    throw new InvalidArgumentError(`expected a whole number from ${minimum} to ${maximum}`);
  return value;
}

/** Throws `not-found` for a directory that holds no records. */
export function assertDataDirectory(dir: string): void {
  if (!isDataDirectory(dir)) throw refusal("not-found", "a data directory", "--data", dir);
}

/** Whether a directory holds records. Commands that only read must not make a directory because of a misspelt name. */
export function isDataDirectory(dir: string): boolean {
  return existsSync(join(dir, "safelight.db"));
}
