import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "@jest/globals";
import {
  type ChangeQueueClient,
  type ChangeQueueOptions,
  SqsChangeQueue,
} from "../../../src/adapters/aws/change-queue.js";
import type { S3EventRecord } from "../../support/cloud/s3/buckets.js";

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: { readonly ReceiptHandle?: string };
}

/** A queue that holds these messages, each received `attempt` times by now, and what was done with them. */
function createQueue(bodies: readonly string[], attempt = 1) {
  const done: string[] = [];
  const lines: unknown[] = [];
  const Messages = bodies.map(
    (Body, index): Message => ({
      Body,
      ReceiptHandle: `receipt/${index}`,
      MessageId: `m${index}`,
      Attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(index) },
    }),
  );
  const send = async ({ constructor: command, input }: Sent) => {
    if (command.name === "ReceiveMessageCommand") return { Messages };
    done.push(`${command.name} ${input.ReceiptHandle}`);
    return {};
  };
  const queue = new SqsChangeQueue({
    client: { send } as unknown as ChangeQueueClient,
    queueUrl: "https://sqs.example/1/changes",
    originals: "originals",
    renditions: "renditions",
    log: (level, message, fields) => void lines.push([level, message, fields]),
  });
  return { queue, done, lines };
}

function createRecord(key: string, bucket = "originals"): S3EventRecord {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    eventTime: "2026-01-01T00:00:00.000Z",
    eventName: "ObjectCreated:Put",
    s3: { bucket: { name: bucket }, object: { key, sequencer: "1", eTag: "e" } },
  };
}

const formatBody = (...records: readonly S3EventRecord[]) => JSON.stringify({ Records: records });

describe("the measurement of a queue", () => {
  const createCounted = (
    counts: Readonly<Record<string, readonly [number, number, number]>>,
    more: Partial<ChangeQueueOptions> = {},
  ) => {
    const send = async ({ input }: { readonly input: { readonly QueueUrl: string } }) => {
      const [visible, delayed, inFlight] = counts[input.QueueUrl] ?? [];
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
        },
      };
    };
    return new SqsChangeQueue({
      client: { send } as unknown as ChangeQueueClient,
      queueUrl: "changes",
      originals: "originals",
      renditions: "renditions",
      ...more,
    });
  };

  it("is what SQS counts, with what is not due yet among what waits", async () => {
    const queue = createCounted({ changes: [3, 4, 5] });
    expect(await queue.measure?.()).toEqual({ waiting: 7, inFlight: 5 });
  });

  it("counts postponed requests that have a queue of their own", async () => {
    const queue = createCounted({ changes: [3, 0, 5], later: [10, 20, 1] }, { postponedQueueUrl: "later" });
    expect(await queue.measure?.()).toEqual({ waiting: 33, inFlight: 6 });
  });

  it("is left out where changes do not come through the queue", () => {
    expect(createCounted({}, { measures: false }).measure).toBeUndefined();
  });
});

describe("a message of several changes", () => {
  it("is deleted once all of them are acknowledged, in any order and however often", async () => {
    const { queue, done } = createQueue([
      formatBody(createRecord("a"), createRecord("b"), createRecord("c")),
    ]);
    const [a, b, c] = (await queue.receive({ limit: 1 })).map(({ id }) => id);
    for (const id of [c, a, a, c]) await queue.acknowledge(String(id));
    expect(done).toEqual([]);
    await queue.acknowledge(String(b));
    expect(done).toEqual(["DeleteMessageCommand receipt/0"]);
  });

  it("is not deleted when one of them was released", async () => {
    const { queue, done } = createQueue([formatBody(createRecord("a"), createRecord("b"))]);
    const [a, b] = (await queue.receive({ limit: 1 })).map(({ id }) => id);
    await queue.release(String(a));
    await queue.acknowledge(String(b));
    expect(done).toEqual(["ChangeMessageVisibilityCommand receipt/0"]);
  });

  it("is not deleted when a record beside them cannot be read, which is logged", async () => {
    const { queue, done, lines } = createQueue([
      formatBody(createRecord("a"), createRecord("b", "renditions")),
    ]);
    const deliveries = await queue.receive({ limit: 1 });
    expect(deliveries.map(({ change }) => change.key)).toEqual(["a"]);
    for (const { id } of deliveries) await queue.acknowledge(id);
    expect(done).toEqual([]);
    expect(lines).toEqual([
      ["error", "unreadable message", { messageId: "m0", reason: expect.stringContaining("loop") }],
    ]);
  });
});

it("a message without a change is deleted at once", async () => {
  const { queue, done, lines } = createQueue([
    '{"Service":"Amazon S3","Event":"s3:TestEvent"}',
    formatBody(createRecord("a")),
  ]);
  expect(await queue.receive({ limit: 2 })).toHaveLength(1);
  expect(done).toEqual(["DeleteMessageCommand receipt/0"]);
  expect(lines).toEqual([]);
});

it("the last receive before the queue gives up is the final attempt", async () => {
  for (const [attempt, isFinalAttempt] of [
    [4, false],
    [5, true],
    [6, true],
  ] as const) {
    const [delivery] = await createQueue([formatBody(createRecord("a"))], attempt).queue.receive({
      limit: 1,
    });
    expect(delivery).toMatchObject({ attempt, isFinalAttempt });
  }
});
