import { Duration, Token } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Architecture, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { invalidInput, SafelightError } from "../../src/domain/model/errors.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import type { DeployedConfiguration } from "../configuration.js";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import type { FunctionSize } from "../props/function-size.js";
import { listKeyStatements } from "./customer-keys.js";
import type { Environments } from "./environment.js";
import { bundleFunctionCode } from "./function-code.js";
import type { FunctionName } from "./function-files.js";
import { FUNCTION_SIZES, MAX_ANSWER_SECONDS } from "./function-sizes.js";
import { listReconcileStatements, RECONCILE_KEYS } from "./granted-rights.js";
import { findHeicDecoder } from "./heic-decoder.js";
import { createPipelineFunction, type FunctionOptions, type ResolvedSize } from "./pipeline-function.js";
import { toRetention } from "./retention.js";
import {
  listInvalidateStatements,
  listProcessStatements,
  listReadStatements,
  listWriteStatements,
  type Resources,
} from "./roles.js";

/** The functions of a pipeline. */
export interface PipelineFunctions {
  readonly process: LambdaFunction;
  /** Absent without a CDN. */
  readonly invalidate?: LambdaFunction;
  /** Absent without a schedule to reconcile by. */
  readonly reconcile?: LambdaFunction;
  /** Absent without an API, as is `write`. */
  readonly read?: LambdaFunction;
  readonly write?: LambdaFunction;
}

const NO_RETRY_REASON =
  "Somebody waits for the answer, and hears of a failure at once; there is nothing to try again.";

/** How long the process function may take. */
export function resolveProcessTimeout({ process }: ImagePipelineProps): Duration {
  return resolveSize("process", process).timeout;
}

/** How long the invalidate function may take. */
export const INVALIDATE_TIMEOUT = Duration.seconds(FUNCTION_SIZES.invalidate.timeoutSeconds);

/** Makes the functions, each with exactly the rights that it uses. */
export function createFunctions(
  scope: Construct,
  props: ImagePipelineProps,
  {
    resources,
    environments,
    configuration,
  }: {
    readonly resources: Resources;
    readonly environments: Environments;
    readonly configuration: DeployedConfiguration;
  },
): PipelineFunctions {
  const { provider, moderation } = configuration.configuration.tagging;
  const tagging = { tags: provider === "rekognition", moderates: moderation !== false };
  checkReservedConcurrency(props, tagging);
  const make = createMaker(scope, props, {
    configuration,
  });
  const direct = props.trigger === "direct";
  const process = make("process", {
    description: "Renders originals and settles their changes",
    whenItFails:
      "Messages of the queue go to its dead-letter queue, and so does what S3 hands over directly (OnFailure).",
    environment: environments.process,
    statements: listProcessStatements(resources, { ...tagging, direct }),
  });
  const { invalidations, distribution } = resources;
  const invalidate =
    invalidations &&
    distribution &&
    make("invalidate", {
      description: "Has CloudFront drop what is gone, at the pace that it takes",
      whenItFails:
        "Messages of its queue come again until they succeed; an alarm tells if that takes too long.",
      environment: environments.invalidate,
      statements: listInvalidateStatements({ ...resources, invalidations, distribution }),
    });
  const reconcile =
    props.reconcile &&
    make("reconcile", {
      description: "Compares all that is stored with what should be, and closes the difference",
      whenItFails: "The next run compares everything anew; an alarm tells of one that failed.",
      environment: environments.reconcile,
      statements: [
        ...listReconcileStatements(resources),
        ...listKeyStatements(resources.keys, RECONCILE_KEYS),
      ],
    });
  const all = { process, ...(invalidate && { invalidate }), ...(reconcile && { reconcile }) };
  if (props.api === false) return all;
  // The one that only reads tells whether the other can start it.
  const starting = { ...(reconcile && { [VARIABLES.reconcileFunctionArn]: reconcile.functionArn }) };
  const read = make("read", {
    description: "Answers requests that look at images",
    whenItFails: NO_RETRY_REASON,
    environment: { ...environments.read, ...starting },
    statements: listReadStatements(resources, { direct }),
  });
  const write = make("write", {
    description: "Answers requests that upload, process, edit and remove images",
    whenItFails: NO_RETRY_REASON,
    environment: { ...environments.write, ...starting },
    statements: listWriteStatements(resources, { reconcile }),
  });
  return { ...all, read, write };
}

/** Whatever Lambda receives from a queue and then refuses counts as an attempt, until it is a dead letter. */
function checkReservedConcurrency(props: ImagePipelineProps, { tags }: { readonly tags: boolean }): void {
  const { reservedConcurrency: reserved } = props.process ?? {};
  const received = resolveConcurrency(props);
  const least = received.changes + (tags ? received.tagging : 0);
  if (reserved !== undefined && reserved < least)
    throw invalidInput(
      `at least ${least}, which are received side by side,`,
      "process.reservedConcurrency",
      reserved,
    );
}

/** How many changes, and how many requests to tag later, are received side by side. */
export function resolveConcurrency({ maxConcurrency = 20, tagging }: ImagePipelineProps) {
  const own = typeof tagging === "object" ? tagging.maxConcurrency : undefined;
  return { changes: maxConcurrency, tagging: own ?? 2 };
}

function createMaker(
  scope: Construct,
  props: ImagePipelineProps,
  { configuration }: { configuration: DeployedConfiguration },
) {
  const architecture = props.architecture ?? Architecture.ARM_64;
  const heic = configuration.configuration.uploads.formats.includes("heic") ? findHeicDecoder() : undefined;
  const options: FunctionOptions = {
    architecture,
    tracing: props.tracing ?? true,
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    retention: toRetention(props.retention),
  };
  return (
    name: FunctionName,
    parts: {
      description: string;
      whenItFails: string;
      environment: Readonly<Record<string, string>>;
      statements: readonly PolicyStatement[];
    },
  ): LambdaFunction =>
    createPipelineFunction(scope, name[0]?.toUpperCase() + name.slice(1), {
      ...options,
      ...parts,
      size: resolveSize(name, name === "invalidate" || name === "reconcile" ? {} : props[name]),
      code: bundleFunctionCode({
        name,
        ...(name !== "invalidate" && { configuration }),
        ...(props.bundles !== undefined && { bundles: props.bundles }),
        ...(name === "process" && { sharp: architecture, ...(heic && { heic }) }),
      }),
    });
}

function resolveSize(name: FunctionName, size: FunctionSize = {}): ResolvedSize {
  const { timeoutSeconds, ...usual } = FUNCTION_SIZES[name];
  const { memorySize = usual.memorySize, timeout = Duration.seconds(timeoutSeconds), ...others } = size;
  if (!Token.isUnresolved(memorySize) && !(memorySize >= 128 && memorySize <= 10_240))
    throw invalidInput("128 to 10,240 megabytes", `${name}.memorySize`, memorySize);
  const unknown = Object.keys(others).find((key) => key !== "reservedConcurrency");
  if (unknown !== undefined) throw invalidInput("memorySize, timeout or reservedConcurrency", name, unknown);
  if ((name === "read" || name === "write") && timeout.toSeconds() > MAX_ANSWER_SECONDS)
    throw new SafelightError(
      "invalid-input",
      `expected at most ${MAX_ANSWER_SECONDS} seconds for ${name}.timeout but received ${timeout.toSeconds()}; the API waits no longer`,
    );
  return { ...others, memorySize, timeout };
}
