import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SafelightError } from "../../src/domain/model/errors.js";

const PACKAGE = "libheif-js";

/** The files of the package that a function reads, and the licenses of all that is in them. */
const FILES = [
  "package.json",
  "LICENSE",
  "libheif-wasm/LICENSE",
  "libheif-wasm/libheif.js",
  "libheif-wasm/libheif.wasm",
];

/** The decoder of HEIC, as whoever deploys has installed it. */
export interface HeicDecoder {
  readonly version: string;
  /** Changes with its files. */
  readonly digest: string;
  /** Lays its files into a `node_modules`, as they are: anybody may replace them there. */
  copyFiles(modules: string): void;
}

/**
 * Finds the decoder of HEIC in the project that is synthesized, or else beside this package. Throws `invalid-input` if it is
 * in neither: a function without it would not start.
 */
export function findHeicDecoder(directory = process.cwd()): HeicDecoder {
  const folder = findPackage(join(directory, "package.json")) ?? findPackage(import.meta.url);
  if (folder === undefined || !FILES.every((file) => existsSync(join(folder, file))))
    throw new SafelightError(
      "invalid-input",
      `expected the package ${PACKAGE} for heic in uploads.formats but received none; run npm install ${PACKAGE}`,
    );
  const digest = createHash("sha256");
  for (const file of FILES) digest.update(readFileSync(join(folder, file)));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return {
    version,
    digest: digest.digest("hex"),
    copyFiles: (modules) => {
      for (const file of FILES) cpSync(join(folder, file), join(modules, PACKAGE, file));
    },
  };
}

function findPackage(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}
