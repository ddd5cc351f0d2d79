import { refusalInWords } from "../../domain/model/errors.js";
import { callService } from "../s3/sdk-errors.js";

/** The queues of a deployed pipeline, by their URLs. */
export interface DeployedQueues {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Resolves to the outputs of a stack, by their names. */
export type ReadOutputs = (stack: string) => Promise<Readonly<Record<string, string>>>;

/**
 * Finds the queues of the pipeline in a stack by the stack's outputs, whose names CDK begins with the construct's. Throws
 * `invalid-input` for a stack without a pipeline, and for one that has several of them.
 */
export async function findDeployedQueues(
  stack: string,
  readOutputs: ReadOutputs = readStackOutputs,
): Promise<DeployedQueues> {
  const outputs = Object.entries(await readOutputs(stack));
  const found = outputs.flatMap(([name, deadLetterQueueUrl]) => {
    const [, prefix] = /^(.*)DeadLetterQueueUrl[0-9A-F]*$/.exec(name) ?? [];
    if (prefix === undefined) return [];
    const queue = outputs.find(([other]) => other.startsWith(`${prefix}QueueUrl`));
    return queue ? [{ queueUrl: queue[1], deadLetterQueueUrl }] : [];
  });
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw refusalInWords(
      "invalid-input",
      "a stack with one pipeline",
      "--aws",
      `${stack} with ${found.length}`,
    );
  return only;
}

async function readStackOutputs(stack: string): Promise<Readonly<Record<string, string>>> {
  const { Stacks: [found] = [] } = await callService("CloudFormation DescribeStacks", undefined, async () => {
    const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
    return new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stack }));
  });
  return Object.fromEntries(
    (found?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
}
