import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { feed, takeAll } from "../lambda/event-source.js";
import { FunctionError } from "../lambda/function.js";
import type { LocalDeployment } from "./local-deployment.js";
import { matches } from "./policy.js";

/** Whom the bucket of the originals tells its changes, as the template says. */
interface Notified {
  readonly arn: string;
  readonly direct: boolean;
  readonly events: readonly string[];
}

/** An S3 event, as far as the trigger looks at it. */
interface S3Event {
  readonly Records: readonly { readonly eventName: string }[];
}

/** Reads from the template who is told of changes, and of which. */
export function findNotified({ template, pipeline }: LocalDeployment): Notified {
  const { NotificationConfiguration } = template.getConstructProperties(pipeline.originals) as {
    NotificationConfiguration: {
      QueueConfigurations?: readonly { Event: string; Queue: string }[];
      LambdaConfigurations?: readonly { Event: string; Function: string }[];
    };
  };
  const { QueueConfigurations = [], LambdaConfigurations = [] } = NotificationConfiguration;
  const all = [
    ...QueueConfigurations.map(({ Event, Queue }) => ({ Event, arn: Queue })),
    ...LambdaConfigurations.map(({ Event, Function: arn }) => ({ Event, arn })),
  ];
  const [arn = "", ...others] = new Set(all.map((one) => one.arn));
  if (others.length > 0) throw new Error(`the bucket notifies ${others.length + 1} targets instead of one`);
  return { arn, direct: LambdaConfigurations.length > 0, events: all.map(({ Event }) => Event) };
}

/**
 * Lets everything be settled that waits, by the trigger that the template describes. The local S3 keeps what it has to
 * tell in the queue; where the template says that the function is told directly, it is taken out of there first.
 */
export async function settleAll(deployment: LocalDeployment): Promise<void> {
  const { cloud, functions, template, lambdaItself } = deployment;
  const { queueUrl } = cloud.options;
  const { direct } = findNotified(deployment);
  if (direct) {
    for (const body of await takeAll(cloud.clients.sqs, queueUrl)) {
      const event = parseS3Event(body);
      if (event) await notifyDirectly(deployment, event);
      else await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    }
  }
  for (const { properties } of template.listResources("AWS::Lambda::EventSourceMapping")) {
    const { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes } = properties as {
      EventSourceArn: string;
      FunctionName: string;
      BatchSize: number;
      FunctionResponseTypes: readonly string[];
    };
    if (!FunctionResponseTypes.includes("ReportBatchItemFailures"))
      throw new Error("the mapping does not ask for ReportBatchItemFailures");
    const name = NAMES.find((one) => isNamed(deployment, one, FunctionName));
    if (!name) throw new Error(`no function is called ${FunctionName}`);
    await feed(functions[name], {
      sqs: lambdaItself.sqs,
      queueUrl: queueUrl.replace(/[^/]+$/, String(EventSourceArn.split(":").at(-1))),
      batch: Math.min(10, BatchSize),
    });
  }
}

/** The functions that queues feed, in the order in which the one leaves work to the other. */
const NAMES = ["process", "invalidate"] as const;

function isNamed(
  { template, pipeline }: LocalDeployment,
  name: (typeof NAMES)[number],
  ref: string,
): boolean {
  const lambda = pipeline.functions[name];
  return lambda !== undefined && template.getId(lambda) === ref;
}

/** As Lambda does with an asynchronous event: it is tried again, and what stays undone goes where failures go. */
async function notifyDirectly({ cloud, functions, template, lambdaItself }: LocalDeployment, event: S3Event) {
  const { MaximumRetryAttempts, DestinationConfig } = template.getOnly("AWS::Lambda::EventInvokeConfig") as {
    MaximumRetryAttempts: number;
    DestinationConfig: { OnFailure: { Destination: string } };
  };
  const tries = 1 + MaximumRetryAttempts;
  for (let count = 1; count <= tries; count += 1) {
    try {
      await functions.process.invoke(event);
      return;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
    }
  }
  const name = DestinationConfig.OnFailure.Destination.split(":").at(-1);
  const note = {
    version: "1.0",
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: tries },
    requestPayload: event,
    responseContext: { statusCode: 200, functionError: "Unhandled" },
  };
  const QueueUrl = cloud.options.queueUrl.replace(/[^/]+$/, String(name));
  await lambdaItself.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(note) }));
}

function parseS3Event(body: string): S3Event | undefined {
  const value = JSON.parse(body) as { Records?: S3Event["Records"] };
  return value.Records ? { Records: value.Records } : undefined;
}

/** Whether the bucket tells about an event of this name. */
export function isNotified({ events }: Notified, eventName: string): boolean {
  return events.some((pattern) => matches(pattern, `s3:${eventName}`));
}
