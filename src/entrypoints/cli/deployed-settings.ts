import type { Outputs, ReadOutputs } from "../../adapters/aws/deployed-pipeline.js";
import type { Deployment } from "../../domain/model/deployment.js";
import { refusalInWords } from "../../domain/model/errors.js";
import { DEPLOYMENT_OUTPUTS, OUTPUT_VARIABLES } from "../lambda/output-names.js";
import { VARIABLES as AWS_VARIABLES } from "../lambda/settings.js";
import { VARIABLES } from "../settings/variables.js";

/** A pipeline on AWS as the outputs of its stack describe it. */
export interface DeployedSettings {
  /** The variables that say where it keeps what it keeps. */
  readonly variables: NodeJS.ProcessEnv;
  readonly deployment: Deployment;
}

/**
 * Reads what a stack says of its pipeline. Throws `invalid-input` for a stack without a pipeline, with several of them, or
 * with one that was deployed by a version of this package which did not say all of it.
 */
export async function readDeployedSettings(
  stack: string,
  readOutputs?: ReadOutputs,
): Promise<DeployedSettings> {
  const { readPipelineOutputs } = await import("../../adapters/aws/deployed-pipeline.js");
  const outputs = await readPipelineOutputs(stack, readOutputs);
  return { variables: toVariables(outputs), deployment: readDeployment(stack, outputs) };
}

/** The variables of a deployment, in place of whatever of the kind is among these: half of another one would be a third. */
export function replaceStores(variables: NodeJS.ProcessEnv, deployed: DeployedSettings): NodeJS.ProcessEnv {
  const names: ReadonlySet<string> = new Set(Object.values(AWS_VARIABLES));
  const others = Object.entries(variables).filter(([name]) => !names.has(name));
  return { ...Object.fromEntries(others), [VARIABLES.stores]: "aws", ...deployed.variables };
}

/** The way out where the deployment settles by something else than what is at hand. */
export function describeRemedy({ safelight }: Deployment): string {
  return `pass the configuration that the stack was deployed with (--config; GET /status of its API shows it), with safelight ${safelight}, or deploy what is at hand first (cdk deploy)`;
}

function toVariables(outputs: Outputs): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(OUTPUT_VARIABLES).flatMap(([name, variable]) =>
      outputs[name] === undefined ? [] : [[variable, outputs[name]]],
    ),
  );
}

function readDeployment(stack: string, outputs: Outputs): Deployment {
  const read = (name: string) => {
    const value = outputs[name];
    if (value !== undefined) return value;
    throw refusalInWords(
      "invalid-input",
      `the output ${name} of a pipeline`,
      "--aws",
      `${stack} without it; deploy the stack again with this version`,
    );
  };
  const { configuration, engine, safelight } = DEPLOYMENT_OUTPUTS;
  return { configuration: read(configuration), engine: read(engine), safelight: read(safelight) };
}
