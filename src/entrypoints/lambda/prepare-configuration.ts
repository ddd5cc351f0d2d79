import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { sha256Hex } from "../../domain/model/digest.js";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../configuration/load-config.js";
import { type Prepared, preparedNameOf } from "./prepared.js";

/**
 * Checks the configuration in a function's folder and leaves what it means beside it, so that no cold start has to
 * load the schema and check it again. To be called by whoever puts the folder together; optional, and of no effect
 * once the file is changed. Throws `invalid-input` for a configuration with faults.
 */
export async function prepareConfiguration(
  folder: string,
  file: string = DEFAULT_CONFIG_FILE,
): Promise<void> {
  const { configuration } = await loadConfig({ directory: folder, file });
  const sha256 = sha256Hex(await readFile(resolve(folder, file)));
  const prepared: Prepared = { sha256, configuration };
  await writeFile(resolve(folder, preparedNameOf(file)), `${JSON.stringify(prepared)}\n`);
}
