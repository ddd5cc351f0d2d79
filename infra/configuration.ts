import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { sha256Hex } from "../src/domain/model/digest.js";
import { SafelightError, shown } from "../src/domain/model/errors.js";
import { parseJson } from "../src/entrypoints/configuration/json-text.js";
import { DEFAULT_CONFIG_FILE } from "../src/entrypoints/configuration/load-config.js";
import { parseConfiguration } from "../src/entrypoints/configuration/parse-configuration.js";
import type { Configuration, ConfigurationInput } from "../src/entrypoints/configuration/schema.js";
import { type Prepared, preparedNameOf } from "../src/entrypoints/lambda/prepared.js";

/** The settings of tagging, as in the configuration but for its provider. */
export type TaggingInput = Omit<NonNullable<ConfigurationInput["tagging"]>, "provider">;

/** A checked configuration, and the files that go beside the code of each function. */
export interface DeployedConfiguration {
  readonly configuration: Configuration;
  /** By name inside the function's folder. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * Reads and checks a configuration while the stack is synthesised, so that what is wrong with it fails there and not
 * with the first upload. A mark and a font are read, and lie beside the configuration under names of their own.
 */
export function deployedConfiguration(
  given: string | ConfigurationInput = {},
  tagging?: boolean | TaggingInput,
): DeployedConfiguration {
  const { value: written, directory, name } = typeof given === "string" ? readJson(given) : asObject(given);
  const value = tagging === undefined ? written : withTagging(written, tagging);
  const configuration = parseConfiguration(value, name);
  if (configuration.tagging.provider === "local")
    throw new SafelightError(
      "invalid-input",
      'expected "none" or "rekognition" for tagging.provider on AWS but received "local"; use tagging: true or false',
    );
  const files = new Map<string, string | Uint8Array>();
  const { image, font } = configuration.watermark ?? {};
  const packed = {
    ...(image !== undefined && { image: pack(files, "watermark", directory, image) }),
    ...(font !== undefined && { font: pack(files, "font", directory, font) }),
  };
  const { watermark, ...others } = value as { readonly watermark?: object };
  const file = watermark === undefined ? others : { ...others, watermark: { ...watermark, ...packed } };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  const prepared: Prepared = {
    sha256: sha256Hex(Buffer.from(text)),
    configuration: parseConfiguration(file, name),
  };
  files.set(DEFAULT_CONFIG_FILE, text);
  // What the file means, so that no cold start has to find that out again.
  files.set(preparedNameOf(DEFAULT_CONFIG_FILE), `${JSON.stringify(prepared)}\n`);
  return { configuration, files };
}

/** Over what was written, which is checked afterwards as a whole. */
function withTagging(written: unknown, tagging: boolean | TaggingInput): unknown {
  if (typeof written !== "object" || written === null) return written;
  const before = "tagging" in written && typeof written.tagging === "object" ? written.tagging : {};
  const settings = typeof tagging === "object" ? tagging : {};
  const provider = tagging === false ? "none" : "rekognition";
  return { ...written, tagging: { ...before, ...settings, provider } };
}

function asObject(value: unknown) {
  return { value, directory: process.cwd(), name: "the configuration" };
}

function readJson(path: string) {
  const file = resolve(path);
  return {
    value: parseJson(readNamed(file, path).toString("utf8"), path),
    directory: dirname(file),
    name: path,
  };
}

function pack(
  files: Map<string, string | Uint8Array>,
  name: string,
  directory: string,
  path: string,
): string {
  const packed = `${name}${extname(path)}`;
  files.set(packed, readNamed(resolve(directory, path), path));
  return packed;
}

function readNamed(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SafelightError("invalid-input", `expected a readable file but received ${shown(name)}`, {
      cause,
    });
  }
}
