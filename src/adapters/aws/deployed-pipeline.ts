import { quote, refusalInWords } from "../../domain/model/errors.js";
import { callService } from "../s3/sdk-errors.js";
import { limitSilence } from "../s3/timeouts.js";

/** Outputs of a stack, by their names. */
export type Outputs = Readonly<Record<string, string>>;

/** Resolves to the outputs of a stack. */
export type ReadOutputs = (stack: string) => Promise<Outputs>;

/**
 * Reads the outputs of the pipeline in a stack by the names that the construct gives them: CDK begins each with the name of
 * the construct, and ends it with eight digits. Throws `invalid-input` for a stack that is not there, that has no pipeline, or several of them.
 */
export async function readPipelineOutputs(
  stack: string,
  readOutputs: ReadOutputs = readStackOutputs,
): Promise<Outputs> {
  const outputs = Object.entries(await readOutputs(stack));
  const constructs = outputs.flatMap(([name]) => /^(.*)DeadLetterQueueUrl[0-9A-F]*$/.exec(name)?.[1] ?? []);
  const [only] = constructs;
  if (only === undefined || constructs.length > 1)
    throw refusalInWords(
      "invalid-input",
      "a stack with one pipeline",
      "--aws",
      `${stack} with ${constructs.length}`,
    );
  return Object.fromEntries(
    outputs
      .filter(([name]) => name.startsWith(only))
      .map(([name, value]) => [name.slice(only.length).replace(/[0-9A-F]{8}$/, ""), value]),
  );
}

/** The queues of a deployed pipeline, by their URLs. */
export interface DeployedQueues {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Finds the queues of the pipeline in a stack. Throws as {@link readPipelineOutputs}. */
export async function findDeployedQueues(stack: string, readOutputs?: ReadOutputs): Promise<DeployedQueues> {
  const { QueueUrl: queueUrl = "", DeadLetterQueueUrl: deadLetterQueueUrl = "" } = await readPipelineOutputs(
    stack,
    readOutputs,
  );
  return { queueUrl, deadLetterQueueUrl };
}

async function readStackOutputs(stack: string): Promise<Outputs> {
  const { Stacks: [found] = [] } = await callService("CloudFormation DescribeStacks", undefined, async () => {
    const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
    return new CloudFormationClient(limitSilence())
      .send(new DescribeStacksCommand({ StackName: stack }))
      .catch((cause: unknown) => refuseMissingStack(stack, cause));
  });
  return Object.fromEntries(
    (found?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
}

/** A stack that is not there is a parameter that is not valid, to CloudFormation. */
function refuseMissingStack(stack: string, cause: unknown): never {
  if (!(cause instanceof Error && cause.name === "ValidationError")) throw cause;
  throw refusalInWords("invalid-input", "a stack of this account and region", "--aws", quote(stack), {
    cause,
  });
}
