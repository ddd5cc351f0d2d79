import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseInvocation } from "../../../src/adapters/aws/invocation.js";

const SOURCE = { originals: "originals", renditions: "renditions", maxAttempts: 5 };

const toCreatedRecord = (key: string) => ({
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "originals" }, object: { key, eTag: "e", sequencer: "1A" } },
});

const toQueued = (
  body: unknown,
  { messageId = "m", attempt = 1 }: { messageId?: unknown; attempt?: number } = {},
) => ({
  eventSource: "aws:sqs",
  messageId,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: { ApproximateReceiveCount: String(attempt) },
});

const toNote = (requestPayload: unknown, approximateInvokeCount: unknown) => ({
  requestContext: { approximateInvokeCount },
  requestPayload,
});

/** JSON that no number and no text can be made of: a name of its own hides the function that JavaScript would call. */
const UNCONVERTIBLE = [{ toString: "" }, { valueOf: 1, toString: 1 }, [{ toString: "" }]].flatMap((odd) => [
  { Records: [toQueued(toNote([], odd))] },
  { Records: [toQueued({ Records: [toCreatedRecord("a.jpg")] }, { messageId: odd })] },
  {
    Records: [
      { ...toQueued({ Records: [toCreatedRecord("a.jpg")] }), attributes: { ApproximateReceiveCount: odd } },
    ],
  },
  { Records: [odd] },
]);

describe("the messages of an invocation", () => {
  it("are those of a queue, each with its attempt and whether it is the final one", () => {
    const Records = [1, 4, 5, 6].map((attempt) =>
      toQueued({ Records: [toCreatedRecord("a.jpg")] }, { messageId: `m${attempt}`, attempt }),
    );
    const { isFromQueue: fromQueue, messages } = parseInvocation({ Records }, SOURCE);
    expect(fromQueue).toBe(true);
    expect(messages.map(({ id }) => id)).toEqual(["m1", "m4", "m5", "m6"]);
    expect(messages.map(({ deliveries }) => deliveries)).toMatchObject(
      [1, 4, 5, 6].map((attempt) => [{ attempt, isFinalAttempt: attempt >= 5, change: { key: "a.jpg" } }]),
    );
  });

  it("are one direct event, on its first attempt and never on its final one", () => {
    const { isFromQueue: fromQueue, messages } = parseInvocation(
      { Records: [toCreatedRecord("a.jpg"), toCreatedRecord("b.jpg")] },
      SOURCE,
    );
    expect(fromQueue).toBe(false);
    expect(messages).toMatchObject([
      {
        id: "",
        skipped: [],
        unreadable: [],
        deliveries: [
          { attempt: 1, isFinalAttempt: false },
          { attempt: 1, isFinalAttempt: false },
        ],
      },
    ]);
  });

  it("may be requests", () => {
    const request = { type: "process", key: "a.jpg", version: { epoch: 1, sequencer: "1A", revision: 2 } };
    const { messages } = parseInvocation({ Records: [toQueued({ request })] }, SOURCE);
    expect(messages[0]?.deliveries[0]?.change).toEqual(request);
  });

  it("may be Lambda's reports about direct events that it gave up on, whose attempts count", () => {
    const event = { Records: [toCreatedRecord("a.jpg")] };
    const Records = [3, undefined, -7, "many"].map((tries) => toQueued(toNote(event, tries)));
    const { messages } = parseInvocation({ Records }, SOURCE);
    expect(messages.map(({ deliveries }) => deliveries[0]?.attempt)).toEqual([4, 2, 2, 2]);
    for (const { deliveries } of messages) expect(deliveries[0]).toMatchObject({ isFinalAttempt: false });
  });

  it("keep the readable records beside unreadable ones", () => {
    const Records = [
      toQueued({ Records: [toCreatedRecord("a.jpg"), { eventSource: "aws:s3" }] }),
      toQueued("no JSON"),
      7,
    ];
    const { messages } = parseInvocation({ Records }, SOURCE);
    expect(messages.map(({ deliveries }) => deliveries.length)).toEqual([1, 0, 0]);
    expect(messages.map(({ unreadable }) => unreadable.length)).toEqual([1, 1, 1]);
  });

  it("are empty for S3's test event", () => {
    expect(parseInvocation({ Event: "s3:TestEvent" }, SOURCE).messages).toEqual([
      { id: "", deliveries: [], skipped: ["s3:TestEvent"], unreadable: [] },
    ]);
  });

  it("are read from any value without an error, and never invent a delivery", () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({
        Records: fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.jsonValue().map((body) => toQueued(body)),
          ),
        ),
      }),
      fc.record({
        Records: fc.array(fc.tuple(fc.jsonValue(), fc.jsonValue()).map((both) => toQueued(toNote(...both)))),
      }),
    );
    fc.assert(
      fc.property(anything, (event) => {
        for (const { deliveries } of parseInvocation(event, SOURCE).messages)
          for (const { attempt } of deliveries) expect(attempt).toBeGreaterThanOrEqual(1);
      }),
      { examples: UNCONVERTIBLE.map((event): [unknown] => [event]) },
    );
  });
});
