import type { Command } from "commander";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import type { Composition } from "../container/index.js";
import { loadStores } from "../settings/load-stores.js";
import { type ProcessSettings, readProcessSettings } from "../settings/read-process-settings.js";
import { assertOriginals } from "./options.js";
import { collectSettings } from "./process-settings.js";

/**
 * A pipeline on the stores that the options of a command and the environment name, for whoever compares all images: its
 * notes are kept in files. Throws `not-found` for a directory that holds neither records nor originals.
 */
export async function composeStores(
  command: Command,
  log?: Log,
): Promise<Composition & { readonly settings: ProcessSettings }> {
  const { variables, faults } = collectSettings(command);
  const settings = readProcessSettings(variables, faults);
  const { stores, config } = settings;
  const configuration = await loadConfiguration(config);
  if (stores.kind === "local") assertOriginals(stores.dir);
  const { compose, configModule, localNotesModule, override, sharpWorkersModule, tokens } = await import(
    "./composition.js"
  );
  const composition = await compose(
    ...(await loadStores(stores)),
    sharpWorkersModule(),
    configModule(configuration),
    localNotesModule(),
    ...(log ? [override(tokens.log, () => log)] : []),
  );
  return { ...composition, settings };
}
