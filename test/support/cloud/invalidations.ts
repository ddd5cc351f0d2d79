import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import {
  type InvalidationTarget,
  type SentInvalidations,
  sendInvalidations,
} from "../../../src/adapters/aws/index.js";

/** Where paths wait to be invalidated, and the CDN that is asked. */
export interface InvalidationSource {
  readonly queueUrl: string;
  readonly target: InvalidationTarget;
  /** Most messages of one batch. Default 1,000. */
  readonly batch?: number;
}

/**
 * Receives one batch as Lambda would collect it, sends it, deletes what was accepted and lets the rest come again at once.
 * Resolves to how that went; `messages` are those that were received.
 */
export async function sendBatchOfInvalidations(
  sqs: SQSClient,
  { queueUrl, target, batch = 1_000 }: InvalidationSource,
): Promise<SentInvalidations & { readonly messages: number }> {
  const messages = await receiveBatch(sqs, queueUrl, batch);
  const sent = await sendInvalidations(
    target,
    messages.map(({ MessageId = "", Body }) => ({ id: MessageId, body: Body })),
  );
  const failed = new Set(sent.failed);
  const isFailed = ({ MessageId = "" }: Message) => failed.has(MessageId);
  for (const Entries of createEntries(messages.filter((message) => !isFailed(message))))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  for (const Entries of createEntries(messages.filter(isFailed))) {
    const again = Entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: again }));
  }
  return { ...sent, messages: messages.length };
}

/** Sends batches until the queue is empty; throws if the CDN does not take everything. */
export async function sendWaitingInvalidations(sqs: SQSClient, source: InvalidationSource): Promise<void> {
  for (;;) {
    const { messages, failed } = await sendBatchOfInvalidations(sqs, source);
    if (failed.length > 0) throw new Error(`the CDN did not take the paths of ${failed.length} messages`);
    if (messages === 0) return;
  }
}

async function receiveBatch(sqs: SQSClient, queueUrl: string, batch: number): Promise<readonly Message[]> {
  const all: Message[] = [];
  while (all.length < batch) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, batch - all.length),
        WaitTimeSeconds: 0,
      }),
    );
    if (Messages.length === 0) break;
    all.push(...Messages);
  }
  return all;
}

/** The messages as batches of ten, the most that SQS takes at once. */
function createEntries(messages: readonly Message[]) {
  const batches = [];
  for (let start = 0; start < messages.length; start += 10)
    batches.push(
      messages
        .slice(start, start + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    );
  return batches;
}
