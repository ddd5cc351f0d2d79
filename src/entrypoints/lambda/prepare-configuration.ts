import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DEFAULT_CONFIG_FILE, loadConfig } from "../configuration/load-config.js";
import { preparedNameOf, preparedText } from "./prepared.js";

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
  const prepared = preparedText(await readFile(resolve(folder, file)), configuration);
  await writeFile(resolve(folder, preparedNameOf(file)), prepared);
}
