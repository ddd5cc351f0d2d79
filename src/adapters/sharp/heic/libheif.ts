import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { refusalInWords } from "../../../domain/model/errors.js";
import type { ImageFormat } from "../../../domain/model/image-format.js";

/** The package that decodes HEIC, which users install themselves. No other file of the engine names it. */
const PACKAGE = "libheif-js";

/** The files of the decoder, where they are installed. */
export interface Libheif {
  readonly version: string;
  /** The path of its script. */
  readonly script: string;
  /** The path of its WebAssembly. */
  readonly wasm: string;
}

/** Of the types of a browser, the part that Node.js has too. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledLibheif> };

/** A `WebAssembly.Module`: threads that are given it share its machine code. */
export type CompiledLibheif = object;

let found: Libheif | undefined;
let compiled: Promise<CompiledLibheif> | undefined;

/** Finds the decoder; `undefined` where it is not installed. Nothing of it is loaded. */
export function findLibheif(): Libheif | undefined {
  if (found) return found;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
    const folder = join(manifest, "..", "libheif-wasm");
    found = { version, script: join(folder, "libheif.js"), wasm: join(folder, "libheif.wasm") };
  } catch {
    return undefined;
  }
  return found;
}

/** Compiles the decoder, once in each process. */
export function compileLibheif({ wasm }: Libheif): Promise<CompiledLibheif> {
  compiled ??= readFile(wasm)
    .then((bytes) => WebAssembly.compile(bytes))
    .catch((error: unknown) => {
      compiled = undefined;
      throw error;
    });
  return compiled;
}

/** Throws `invalid-input` if HEIC is among the formats and its decoder is not installed. */
export function checkFormats(formats: readonly ImageFormat[]): void {
  if (!formats.includes("heic") || findLibheif()) return;
  throw refusalInWords(
    "invalid-input",
    `formats other than heic without the package ${PACKAGE}`,
    "uploads.formats",
    `heic; run npm install ${PACKAGE}, or leave heic out`,
  );
}

/** Throws `unsupported-format` if the decoder is not installed. */
export function requireLibheif(): Libheif {
  const libheif = findLibheif();
  if (libheif) return libheif;
  throw refusalInWords(
    "unsupported-format",
    `an image that needs no package beside those installed`,
    "the original",
    `heic, which needs ${PACKAGE}: run npm install ${PACKAGE}`,
  );
}

/** The words for a HEIC that is not allowed in: what would have to be done to take it. */
export const HEIC_NOT_ALLOWED = `heic, which needs "heic" in uploads.formats and the package ${PACKAGE}`;
