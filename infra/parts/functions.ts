import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Architecture, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { SafelightError } from "../../src/domain/model/errors.js";
import { type DeployedConfiguration, deployedConfiguration } from "../configuration.js";
import type { FunctionSize, ImagePipelineProps } from "../image-pipeline-props.js";
import type { Environments } from "./environment.js";
import { functionCode } from "./function-code.js";
import { type FunctionOptions, pipelineFunction } from "./pipeline-function.js";
import { retentionOf } from "./retention.js";
import { processStatements, type Resources, readStatements, writeStatements } from "./roles.js";

/** The functions of a pipeline; without an API, the one that renders is all there is. */
export interface PipelineFunctions {
  readonly process: LambdaFunction;
  readonly read?: LambdaFunction;
  readonly write?: LambdaFunction;
}

/** Longer, and the API has given up on the answer. */
const LONGEST_ANSWER = Duration.seconds(29);

const ANSWERED =
  "Somebody waits for the answer, and hears of a failure at once; there is nothing to try again.";

const SIZES = {
  process: { memory: 1_769, timeout: Duration.seconds(60) },
  read: { memory: 512, timeout: Duration.seconds(10) },
  write: { memory: 1_024, timeout: LONGEST_ANSWER },
};

/** How long the process function may take. */
export function processTimeout({ process }: ImagePipelineProps): Duration {
  return process?.timeout ?? SIZES.process.timeout;
}

/** Makes the functions, each with exactly the rights that it uses. */
export function pipelineFunctions(
  scope: Construct,
  props: ImagePipelineProps,
  { resources, environments }: { readonly resources: Resources; readonly environments: Environments },
): PipelineFunctions {
  const configuration = deployedConfiguration(props.configuration, props.tagging);
  const { provider, moderation } = configuration.configuration.tagging;
  const tagging = { tags: provider === "rekognition", moderates: moderation !== false };
  const make = maker(scope, props, { configuration, readsSecret: resources.signingSecret !== undefined });
  const process = make("process", {
    description: "Renders originals and settles their changes",
    whenItFails:
      "Messages of the queue go to its dead-letter queue, and so does what S3 hands over directly (OnFailure).",
    environment: environments.process,
    statements: processStatements(resources, { ...tagging, direct: props.trigger === "direct" }),
  });
  if (props.api === false) return { process };
  const read = make("read", {
    description: "Answers requests that look at images",
    whenItFails: ANSWERED,
    environment: environments.read,
    statements: readStatements(resources),
  });
  const write = make("write", {
    description: "Answers requests that upload, process, edit and remove images",
    whenItFails: ANSWERED,
    environment: environments.write,
    statements: writeStatements(resources),
  });
  return { process, read, write };
}

function maker(
  scope: Construct,
  props: ImagePipelineProps,
  { configuration, readsSecret }: { configuration: DeployedConfiguration; readsSecret: boolean },
) {
  const architecture = props.architecture ?? Architecture.ARM_64;
  const options: FunctionOptions = {
    architecture,
    readsSecret,
    tracing: props.tracing ?? true,
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    retention: retentionOf(props.retention),
  };
  return (
    name: keyof typeof SIZES,
    parts: {
      description: string;
      whenItFails: string;
      environment: Readonly<Record<string, string>>;
      statements: readonly PolicyStatement[];
    },
  ): LambdaFunction =>
    pipelineFunction(scope, name[0]?.toUpperCase() + name.slice(1), {
      ...options,
      ...parts,
      size: sizeOf(name, props[name]),
      code: functionCode({
        name,
        configuration,
        ...(props.bundles !== undefined && { bundles: props.bundles }),
        ...(name === "process" && { sharp: architecture }),
      }),
    });
}

function sizeOf(name: keyof typeof SIZES, size: FunctionSize = {}): Required<FunctionSize> {
  const { memory = SIZES[name].memory, timeout = SIZES[name].timeout } = size;
  if (name !== "process" && timeout.toSeconds() > LONGEST_ANSWER.toSeconds())
    throw new SafelightError(
      "invalid-input",
      `expected at most ${LONGEST_ANSWER.toSeconds()} seconds for ${name}.timeout but received ${timeout.toSeconds()}; the API waits no longer`,
    );
  return { memory, timeout };
}
