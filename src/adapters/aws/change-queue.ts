import type {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueAttributesCommandOutput,
  Message,
  ReceiveMessageCommand,
  ReceiveMessageCommandOutput,
  SendMessageCommand,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { type Delivery, type ImageRequest, MAX_ATTEMPTS } from "../../domain/model/change.js";
import type { QueueMeasurement } from "../../domain/model/pipeline-status.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Log } from "../../ports/log.js";
import { callService, readErrorName, type SdkCallOptions, type ServiceCall } from "../s3/sdk-errors.js";
import type { BucketPair } from "./notification.js";
import { parseChanges } from "./original-changes.js";
import { formatRequest } from "./request-message.js";

/** The part of an `SQSClient` that a change queue uses. */
export interface ChangeQueueClient {
  send(command: SendMessageCommand, options?: SdkCallOptions): Promise<unknown>;
  send(command: ReceiveMessageCommand, options?: SdkCallOptions): Promise<ReceiveMessageCommandOutput>;
  send(command: DeleteMessageCommand, options?: SdkCallOptions): Promise<unknown>;
  send(command: ChangeMessageVisibilityCommand, options?: SdkCallOptions): Promise<unknown>;
  send(
    command: GetQueueAttributesCommand,
    options?: SdkCallOptions,
  ): Promise<GetQueueAttributesCommandOutput>;
}

/** Options of {@link SqsChangeQueue}. */
export interface ChangeQueueOptions extends BucketPair {
  readonly client: ChangeQueueClient;
  readonly queueUrl: string;
  /** Where postponed requests go, to be received at a pace of their own. Default: the same queue. */
  readonly postponedQueueUrl?: string;
  /** How often the queue hands out a message before it goes to the dead-letter queue. Default 5. */
  readonly maxAttempts?: number;
  /**
   * Whether all that is to be settled goes through the queue, so that its length says how much waits. It takes the right
   * to `sqs:GetQueueAttributes`. Default true.
   */
  readonly measures?: boolean;
  /** Told about messages that cannot be read. Default: nobody is. */
  readonly log?: Log;
}

/** The most messages that SQS returns at once. */
const MAX_MESSAGES = 10;

/** The counts of SQS: messages that can be received, that are not due yet, and that are being worked on. */
const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
] as const;

/** Errors of SQS for a receipt whose message was deleted or delivered again. */
const GONE_ERRORS: ReadonlySet<string | undefined> = new Set([
  "MessageNotInflight",
  "ReceiptHandleIsInvalid",
  "InvalidParameterValue",
  "InvalidParameterValueException",
]);

/**
 * An Amazon SQS queue for S3's notifications about originals, and for requests. Messages that cannot be read are never
 * acknowledged, so SQS moves them to the dead-letter queue.
 *
 * SQS orders loosely and cannot be asked for one key, so there is no `receiveByKey`. It counts approximately, a minute
 * behind at worst, and tells the age of the oldest message to CloudWatch alone, so `measure` has no `oldest`.
 */
export class SqsChangeQueue implements ChangeQueue {
  readonly #options: ChangeQueueOptions;
  /**
   * Changes still open of each message that brought several, by receipt. A released one stays open here: the message
   * comes again as a whole, under another receipt, and what is acknowledged under this one must not delete it.
   */
  readonly #open = new Map<string, Set<string>>();

  /** There unless the option `measures` is false. */
  readonly measure?: NonNullable<ChangeQueue["measure"]>;

  constructor(options: ChangeQueueOptions) {
    this.#options = options;
    if (options.measures !== false) this.measure = (call) => this.#measure(call);
  }

  async send(request: ImageRequest, { signal }: CallOptions = {}): Promise<void> {
    await this.#send({ QueueUrl: this.#options.queueUrl, MessageBody: formatRequest(request) }, signal);
  }

  async postpone(
    request: ImageRequest,
    { seconds, signal }: CallOptions & { seconds: number },
  ): Promise<void> {
    const { queueUrl, postponedQueueUrl = queueUrl } = this.#options;
    const message = { MessageBody: formatRequest(request), DelaySeconds: seconds };
    await this.#send({ QueueUrl: postponedQueueUrl, ...message }, signal);
  }

  async receive({ limit, signal }: CallOptions & { limit: number }): Promise<readonly Delivery[]> {
    const { client, queueUrl } = this.#options;
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(limit, MAX_MESSAGES),
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
      WaitTimeSeconds: 0,
    });
    const { Messages = [] } = await callService("SQS ReceiveMessage", signal, (options) =>
      client.send(command, options),
    );
    const deliveries: Delivery[] = [];
    for (const message of Messages.sort(compareSentTimes))
      deliveries.push(...(await this.#toDeliveries(message, signal)));
    return deliveries;
  }

  async acknowledge(id: string, { signal }: CallOptions = {}): Promise<void> {
    const receipt = readReceipt(id);
    const open = this.#open.get(receipt);
    open?.delete(id);
    if (open && open.size > 0) return;
    this.#open.delete(receipt);
    await this.#delete(receipt, signal);
  }

  async release(id: string, { signal }: CallOptions = {}): Promise<void> {
    const { client, queueUrl } = this.#options;
    const receipt = readReceipt(id);
    const { ChangeMessageVisibilityCommand } = await import("@aws-sdk/client-sqs");
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receipt,
      VisibilityTimeout: 0,
    });
    await this.#callUnlessGone(
      "SQS ChangeMessageVisibility",
      (options) => client.send(command, options),
      signal,
    );
  }

  async #measure({ signal }: CallOptions = {}): Promise<QueueMeasurement> {
    const { client, queueUrl, postponedQueueUrl = queueUrl } = this.#options;
    const { GetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
    const queues = await Promise.all(
      [...new Set([queueUrl, postponedQueueUrl])].map(async (QueueUrl) => {
        const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
        const { Attributes = {} } = await callService("SQS GetQueueAttributes", signal, (options) =>
          client.send(command, options),
        );
        const [visible = 0, delayed = 0, inFlight = 0] = COUNTS.map((name) => Number(Attributes[name] ?? 0));
        return { waiting: visible + delayed, inFlight };
      }),
    );
    return queues.reduce((sum, one) => ({
      waiting: sum.waiting + one.waiting,
      inFlight: sum.inFlight + one.inFlight,
    }));
  }

  async #send(message: SendMessageCommandInput, signal: AbortSignal | undefined): Promise<void> {
    const { client } = this.#options;
    const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
    const command = new SendMessageCommand(message);
    await callService("SQS SendMessage", signal, (options) => client.send(command, options));
  }

  async #toDeliveries(message: Message, signal?: AbortSignal): Promise<readonly Delivery[]> {
    const { ReceiptHandle: receipt = "", Attributes, Body, MessageId } = message;
    const { maxAttempts = MAX_ATTEMPTS, log } = this.#options;
    const { changes, unreadable: rejected } = parseChanges(Body, this.#options);
    for (const { reason } of rejected) log?.("error", "unreadable message", { messageId: MessageId, reason });
    if (changes.length + rejected.length === 0) {
      await this.#delete(receipt, signal);
      return [];
    }
    const attempt = Number(Attributes?.ApproximateReceiveCount ?? 1);
    const deliveries = changes.map((change, index) => ({
      id: `${index}/${receipt}`,
      change,
      attempt,
      isFinalAttempt: attempt >= maxAttempts,
    }));
    const open = new Set(deliveries.map(({ id }) => id));
    if (rejected.length > 0) open.add(`unreadable/${receipt}`);
    if (open.size > 1) this.#open.set(receipt, open);
    return deliveries;
  }

  async #delete(receipt: string, signal?: AbortSignal): Promise<void> {
    const { client, queueUrl } = this.#options;
    const { DeleteMessageCommand } = await import("@aws-sdk/client-sqs");
    const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt });
    await this.#callUnlessGone("SQS DeleteMessage", (options) => client.send(command, options), signal);
  }

  async #callUnlessGone(
    call: ServiceCall,
    send: (options: SdkCallOptions) => Promise<unknown>,
    signal?: AbortSignal,
  ): Promise<void> {
    const throwUnlessGone = (error: unknown) => {
      if (!GONE_ERRORS.has(readErrorName(error))) throw error;
    };
    await callService(call, signal, (options) => send(options).catch(throwUnlessGone));
  }
}

/** SQS hands out what was released after what never was; of what comes together, at least, the order is known. */
function compareSentTimes(a: Message, b: Message): number {
  return Number(a.Attributes?.SentTimestamp) - Number(b.Attributes?.SentTimestamp);
}

function readReceipt(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
