import { describe, expect, it } from "@jest/globals";
import { ANY_BUCKET, parseRecording } from "../../../src/adapters/aws/recorded-notifications.js";

const SOURCE = { originals: ANY_BUCKET, renditions: "", maxAttempts: Number.POSITIVE_INFINITY };

function createEvent(key: string, bucket = "photos") {
  const object = { key, sequencer: "0055AED6DCD90281E5", eTag: "d41d8cd98f00b204e9800998ecf8427e" };
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        s3: { bucket: { name: bucket }, object },
      },
    ],
  };
}

function createMessage(key: string, count = "1") {
  return {
    MessageId: `id of ${key}`,
    Body: JSON.stringify(createEvent(key)),
    Attributes: { ApproximateReceiveCount: count },
  };
}

function listKeys(text: string, source = SOURCE): string[] {
  const messages = parseRecording(text, source);
  return messages.flatMap(({ deliveries }) => deliveries.map(({ change }) => change.key));
}

describe("a recording of notifications", () => {
  it.each<[string, string]>([
    ["one event", JSON.stringify(createEvent("a.jpg"))],
    ["one event over many lines", JSON.stringify(createEvent("a.jpg"), undefined, 2)],
    ["what aws sqs receive-message prints", JSON.stringify({ Messages: [createMessage("a.jpg")] })],
    ["one message of SQS", JSON.stringify(createMessage("a.jpg"))],
    [
      "one record of a function's event",
      JSON.stringify({ eventSource: "aws:sqs", body: JSON.stringify(createEvent("a.jpg")) }),
    ],
    [
      "what a failed function left in a dead-letter queue",
      JSON.stringify({
        Messages: [
          {
            Body: JSON.stringify({
              requestContext: { approximateInvokeCount: 3 },
              requestPayload: createEvent("a.jpg"),
            }),
          },
        ],
      }),
    ],
  ])("may be %s", (_, text) => {
    expect(listKeys(text)).toEqual(["a.jpg"]);
  });

  it.each([
    ["minio:s3", "s3:ObjectCreated:Put"],
    ["ceph:s3", "ObjectCreated:Put"],
  ])("may be an event of a store like S3, %s, where any bucket is taken", (eventSource, eventName) => {
    const [record] = createEvent("a.jpg").Records;
    const event = { EventName: eventName, Records: [{ ...record, eventSource, eventName }] };
    expect(listKeys(JSON.stringify(event))).toEqual(["a.jpg"]);
    const [own] = parseRecording(JSON.stringify(event), { ...SOURCE, originals: "photos" });
    expect(own).toMatchObject({ deliveries: [], unreadable: [expect.stringContaining(eventSource)] });
  });

  it("may begin with a byte order mark and have lines that end as on Windows", () => {
    const lines = [createEvent("a.jpg"), createEvent("b.jpg")].map((event) => JSON.stringify(event));
    expect(listKeys(`\uFEFF${lines[0]}`)).toEqual(["a.jpg"]);
    expect(listKeys(`\uFEFF${lines.join("\r\n")}\r\n`)).toEqual(["a.jpg", "b.jpg"]);
  });

  it("may be a list, or one value a line", () => {
    const values = [createEvent("a.jpg"), createMessage("b.jpg"), { Messages: [createMessage("c.jpg")] }];
    const keys = ["a.jpg", "b.jpg", "c.jpg"];
    expect(listKeys(JSON.stringify(values))).toEqual(keys);
    expect(listKeys(`${values.map((value) => JSON.stringify(value)).join("\n")}\n\n`)).toEqual(keys);
  });

  it("may be what was printed over many lines several times, one after the other", () => {
    const prints = ["a.jpg", "b.jpg", "c.jpg"].map((key) => ({ Messages: [createMessage(key)] }));
    const text = prints.map((print) => JSON.stringify(print, undefined, 4)).join("\n");
    expect(listKeys(text)).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
    expect(listKeys(`${text}\n`.replaceAll("\n", "\r\n"))).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
  });

  it("keeps how often a message was received", () => {
    const [message] = parseRecording(JSON.stringify(createMessage("a.jpg", "4")), SOURCE);
    expect(message?.deliveries).toMatchObject([{ attempt: 4, isFinalAttempt: false }]);
  });

  it("of a pipeline's own bucket leaves no other bucket's notification unsaid", () => {
    const source = { ...SOURCE, originals: "photos", renditions: "thumbs" };
    const [own] = parseRecording(JSON.stringify(createEvent("a.jpg")), source);
    expect(own).toMatchObject({ unreadable: [] });
    const [other] = parseRecording(JSON.stringify(createEvent("a.jpg", "others")), source);
    expect(other).toMatchObject({ deliveries: [], unreadable: [expect.stringContaining('"others"')] });
  });

  it("says which part cannot be read, and takes nothing from the others", () => {
    const text = [JSON.stringify({ hello: 1 }), JSON.stringify(createEvent("a.jpg"))].join("\n");
    const messages = parseRecording(text, SOURCE);
    expect(messages.map(({ unreadable }) => unreadable.length)).toEqual([1, 0]);
  });

  it("that is no JSON is refused, with its line", () => {
    const text = `${JSON.stringify(createEvent("a.jpg"))}\nnonsense`;
    expect(() => parseRecording(text, SOURCE)).toThrow(
      expect.objectContaining({ code: "invalid-input", message: expect.stringContaining("line 2") }),
    );
  });
});
