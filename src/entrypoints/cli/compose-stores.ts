import type { Command } from "commander";
import { checkDeployment, type Deployment, describeDeployment } from "../../domain/model/deployment.js";
import { refusalInWords } from "../../domain/model/errors.js";
import type { Log } from "../../ports/log.js";
import { loadConfiguration } from "../configuration/index.js";
import type { Composition } from "../container/index.js";
import { loadStores } from "../settings/load-stores.js";
import { type ProcessSettings, readProcessSettings } from "../settings/read-process-settings.js";
import {
  type DeployedSettings,
  describeRemedy,
  readDeployedSettings,
  replaceStores,
} from "./deployed-settings.js";
import { assertOriginals } from "./options.js";
import { collectSettings } from "./process-settings.js";

/**
 * A pipeline on the stores that the options of a command and the environment name, or the stack that `--aws` names, for
 * whoever compares all images: its notes are kept in files. Throws `not-found` for a directory that holds neither records nor
 * originals, and `conflict` where the stack's pipeline has another configuration or another engine.
 */
export async function composeStores(
  command: Command,
  log?: Log,
): Promise<Composition & { readonly settings: ProcessSettings; readonly deployment?: Deployment }> {
  const { variables: given, faults } = collectSettings(command);
  const deployed = await findDeployed(command);
  const variables = deployed ? replaceStores(given, deployed) : given;
  const settings = readProcessSettings(variables, faults);
  const { stores, config } = settings;
  const configuration = await loadConfiguration(config);
  if (stores.kind === "local") assertOriginals(stores.dir);
  const {
    compose,
    configModule,
    localNotesModule,
    override,
    createSharpVersionModule,
    sharpWorkersModule,
    tokens,
  } = await import("./composition.js");
  const composition = await compose(
    ...(await loadStores(stores)),
    // The functions of a stack render, and nothing here does.
    deployed ? createSharpVersionModule() : sharpWorkersModule(),
    configModule(configuration),
    localNotesModule(),
    ...(log ? [override(tokens.log, () => log)] : []),
  );
  try {
    if (deployed) checkDeployed(composition, deployed);
  } catch (error) {
    await composition.close();
    throw error;
  }
  return { ...composition, settings, ...(deployed && { deployment: deployed.deployment }) };
}

async function findDeployed(command: Command): Promise<DeployedSettings | undefined> {
  const { aws } = command.opts<{ readonly aws?: string }>();
  if (aws === undefined) return undefined;
  for (const [name, option] of [
    ["stores", "--stores"],
    ["data", "--data"],
  ] as const)
    if (command.getOptionValueSource(name) === "cli")
      throw refusalInWords("invalid-input", `either --aws or ${option}`, command.name(), "both");
  return readDeployedSettings(aws);
}

function checkDeployed({ pipeline, ports }: Composition, { deployment }: DeployedSettings): void {
  const atHand = describeDeployment(pipeline.config, ports.engine.version);
  checkDeployment(atHand, deployment, describeRemedy(deployment));
}
