import { availableParallelism } from "node:os";
import { Argument, InvalidArgumentError, Option } from "commander";
import { refusal } from "../../domain/model/errors.js";
import { isDataDirectory } from "../files/left-out-folder.js";

/** The default of `--data`. */
const DEFAULT_DATA = "./safelight-data";

/** Upper limit of `--concurrency`: each file takes the memory of a decoded picture. */
const MAX_CONCURRENCY = 64;

/** `--data DIR`, or `--out DIR`. */
export function createDataOption(): Option {
  return new Option("--out, --data <dir>", "data directory").default(DEFAULT_DATA, DEFAULT_DATA);
}

/** The image that a command is about. */
export function createImageArgument(): Argument {
  return new Argument(
    "<id or key>",
    "the image's key, its id, or the first characters of its id (4 or more)",
  );
}

/** `--config FILE`. */
export function createConfigOption(): Option {
  return new Option("--config <file>", "configuration file (default: ./safelight.config.json if it exists)");
}

/** `--json`. */
export function createJsonOption(): Option {
  return new Option("--json", "print one JSON object per line; everything else goes to standard error");
}

/** `--concurrency N`. By default one file more than can be rendered: it is stored or recorded while others are rendered. */
export function createConcurrencyOption(): Option {
  const files = Math.min(availableParallelism() + 1, MAX_CONCURRENCY);
  return new Option("--concurrency <n>", `images processed at the same time, 1 to ${MAX_CONCURRENCY}`)
    .default(files, "number of cores + 1")
    .argParser((text) => parseWholeNumber(text, MAX_CONCURRENCY));
}

/** Parses the number of an option. Throws commander's InvalidArgumentError for anything else. */
export function parseWholeNumber(text: string, maximum: number, minimum = 1): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < minimum || value > maximum) {
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`expected a whole number ${range}`);
  }
  return value;
}

/** Throws `not-found` for a directory that holds no records. */
export function assertDataDirectory(dir: string): void {
  if (!isDataDirectory(dir)) throw refusal("not-found", "a data directory", "--data", dir);
}
