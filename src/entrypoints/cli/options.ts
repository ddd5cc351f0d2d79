import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Argument, InvalidArgumentError, Option } from "commander";
import { refusal } from "../../domain/model/errors.js";
import { isDataDirectory } from "../files/left-out-folder.js";
import { LOG_LEVELS, MAX_CONCURRENCY, MAX_PORT, STORES } from "../settings/limits.js";

/** The default of `--data`. */
const DEFAULT_DATA = "./safelight-data";

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

/** Milliseconds of a minute. */
export const MINUTE_MILLISECONDS = 60_000;

const MAX_GRACE_MINUTES = 10_000_000;

/** `--grace MINUTES`. */
export function createGraceOption(minutes: number): Option {
  return new Option(
    "--grace <minutes>",
    "ignore anything newer, because a running process may still be working on it; 0 if none is running",
  )
    .default(minutes)
    .argParser((text) => parseWholeNumber(text, MAX_GRACE_MINUTES, 0));
}

/** `--other-engine`. */
export function createOtherEngineOption(): Option {
  return new Option("--other-engine", "include images that another version of the image engine has rendered");
}

/** `--new-deployment`. */
export function createNewDeploymentOption(): Option {
  return new Option(
    "--new-deployment",
    "go by this configuration, not by the one that safelight serve or work was last started with; closing differences makes it the deployment's",
  );
}

/** The way out for whoever is refused because the deployment has another configuration or another engine. */
export const DEPLOYMENT_REMEDY =
  "start what settles images with it first, such as safelight serve or safelight work, or say that it is the deployment's from now on (--new-deployment)";

/** `--concurrency N`. By default one file more than can be rendered: it is stored or recorded while others are rendered. */
export function createConcurrencyOption(): Option {
  const files = Math.min(availableParallelism() + 1, MAX_CONCURRENCY);
  return new Option("--concurrency <n>", `images processed at the same time, 1 to ${MAX_CONCURRENCY}`)
    .default(files, "number of cores + 1")
    .argParser((text) => parseWholeNumber(text, MAX_CONCURRENCY));
}

/** `--log LEVEL`. */
export function createLogOption(): Option {
  return new Option("--log <level>", "lowest level to log to standard error, one JSON object per line")
    .choices(LOG_LEVELS)
    .default("warn");
}

/** `--stores KIND`. */
export function createStoresOption(): Option {
  return new Option("--stores <kind>", "where everything is kept; settings say the rest")
    .choices(STORES)
    .default("local", "local, the data directory");
}

/** `--aws STACK`. */
export function createStackOption(): Option {
  return new Option(
    "--aws <stack>",
    "name of a stack on AWS, whose outputs say where everything is kept, in place of --stores",
  );
}

/** `--settings FILE`. */
export function createSettingsOption(): Option {
  return new Option(
    "--settings <file>",
    "file with settings, one NAME=value a line, as the environment has them",
  );
}

/** `--port N`; `description` says what for. */
export function createPortOption(description: string): Option {
  return new Option("--port <n>", description).argParser((text) => parseWholeNumber(text, MAX_PORT, 0));
}

/** `--host ADDRESS`; `description` says what for. */
export function createHostOption(description: string): Option {
  return new Option("--host <address>", description).default("127.0.0.1", "127.0.0.1");
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

/** Throws `not-found` for a directory that holds neither records nor originals to make them from. */
export function assertOriginals(dir: string): void {
  if (!existsSync(join(dir, "originals"))) assertDataDirectory(dir);
}
