import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { MAX_ATTEMPTS } from "../../src/domain/model/change.js";
import { acknowledge } from "./acknowledge.js";

/** The queue of changes and requests, and its dead-letter queue. */
export interface ChangeQueues {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** The requests to tag later; absent where Rekognition tags nothing. */
  readonly taggingQueue?: Queue;
}

/** The longest that SQS keeps a message. */
export const RETENTION = Duration.days(14);

/** Options of {@link createChangeQueues}. */
interface ChangeQueueOptions {
  readonly timeout: Duration;
  readonly tags: boolean;
  readonly encryptionKey?: IKey;
}

/**
 * Makes the queues. A message stays hidden for six times as long as the function may take, as AWS advises. All keep
 * what they hold for as long as SQS can: what expires is gone without becoming a dead letter, and a dead letter's days
 * count from when its message was first sent.
 */
export function createChangeQueues(
  scope: Construct,
  { timeout, tags, encryptionKey }: ChangeQueueOptions,
): ChangeQueues {
  const encryption = buildQueueEncryption(encryptionKey);
  const deadLetters = new Queue(scope, "DeadLetters", {
    ...encryption,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  });
  acknowledge(
    deadLetters,
    "Serverless-SQSRedrivePolicy",
    "This is the dead-letter queue; an alarm tells people about its first message.",
  );
  const create = (id: string) =>
    new Queue(scope, id, {
      ...encryption,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_ATTEMPTS },
    });
  return { queue: create("Changes"), deadLetters, ...(tags && { taggingQueue: create("Tagging") }) };
}

/** Builds the properties by which a queue is encrypted: with your key, or with that of SQS. */
export function buildQueueEncryption(encryptionKey: IKey | undefined): QueueProps {
  return encryptionKey
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey, dataKeyReuse: Duration.hours(1) }
    : { encryption: QueueEncryption.SQS_MANAGED };
}
