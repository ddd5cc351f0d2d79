import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { FunctionError, type RunningFunction } from "./function.js";

/** The queue that a function is fed from. */
export interface EventSource {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Most messages of one invocation. Default 10, the most that SQS hands out at once. */
  readonly batch?: number;
}

/** How the feeding went. */
export interface Fed {
  readonly invocations: number;
  /** Messages that were returned to the queue, each time counted. */
  readonly returned: number;
}

/**
 * Does what Lambda does with a queue until nothing more comes from it: invokes with what it receives, deletes what
 * the function did not name as failed, and returns the rest to the queue, everything if the function failed as a
 * whole. Here what is returned comes again at once; on AWS, when its visibility timeout is over.
 */
export async function feed(target: RunningFunction, source: EventSource): Promise<Fed> {
  const fed = { invocations: 0, returned: 0 };
  for (;;) {
    const messages = await receive(source);
    if (messages.length === 0) return fed;
    fed.invocations += 1;
    fed.returned += await settle(target, source, messages);
  }
}

/** Invokes with a batch, and resolves to how many messages of it were returned. */
async function settle(
  target: RunningFunction,
  source: EventSource,
  messages: readonly Message[],
): Promise<number> {
  const failed = await pickFailed(target, messages);
  await remove(
    source,
    messages.filter((message) => !failed(message)),
  );
  const returned = messages.filter(failed);
  for (const { ReceiptHandle } of returned) {
    const name = { QueueUrl: source.queueUrl, ReceiptHandle };
    await source.sqs.send(new ChangeMessageVisibilityCommand({ ...name, VisibilityTimeout: 0 }));
  }
  return returned.length;
}

/** Feeds as {@link feed} does, and then waits for more, until `signal` is aborted. */
export async function keepFeeding(
  target: RunningFunction,
  source: EventSource,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const messages = await receive(source, signal).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });
    if (messages.length > 0) await settle(target, source, messages);
  }
}

/** Sends everything that lies in a dead-letter queue back to the queue that it came from. */
export async function redrive(sqs: SQSClient, { from, to }: { from: string; to: string }): Promise<void> {
  for (;;) {
    const messages = await receive({ sqs, queueUrl: from });
    if (messages.length === 0) return;
    for (const { Body } of messages)
      await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
    await remove({ sqs, queueUrl: from }, messages);
  }
}

/** Takes everything that waits out of a queue, and tells the bodies. */
export async function takeAll(sqs: SQSClient, queueUrl: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const messages = await receive({ sqs, queueUrl });
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ Body = "" }) => Body));
    await remove({ sqs, queueUrl }, messages);
  }
}

async function remove({ sqs, queueUrl }: EventSource, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

/** Receives what is there; with a signal it waits for something, until that is aborted. */
async function receive(
  { sqs, queueUrl, batch = 10 }: EventSource,
  signal?: AbortSignal,
): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batch,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      WaitTimeSeconds: signal ? 20 : 0,
    }),
    { ...(signal && { abortSignal: signal }) },
  );
  return Messages;
}

/** A batch as Lambda hands it over. */
export function createSqsEvent(messages: readonly Message[]) {
  return {
    Records: messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:changes",
      awsRegion: "eu-central-1",
    })),
  };
}

/** Which messages failed, by Lambda's rules: an empty or unknown name in the answer means the whole batch. */
async function pickFailed(
  target: RunningFunction,
  messages: readonly Message[],
): Promise<(message: Message) => boolean> {
  let answer: unknown;
  try {
    answer = await target.invoke(createSqsEvent(messages));
  } catch (error) {
    if (error instanceof FunctionError) return () => true;
    throw error;
  }
  const { batchItemFailures = [] } = (answer ?? {}) as {
    batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
  };
  const names = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if ([...names].some((name) => !known.has(name))) return () => true;
  return ({ MessageId }) => names.has(MessageId);
}
