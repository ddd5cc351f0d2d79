import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseChanges } from "../../../src/adapters/aws/original-changes.js";
import { formatRequest } from "../../../src/adapters/aws/request-message.js";
import type { Change } from "../../../src/domain/model/change.js";
import { etag } from "../../../src/domain/model/etag.js";
import { version } from "../../../src/domain/model/version.js";
import { AWKWARD_KEYS } from "../../../src/ports/contracts/index.js";
import { encodeKey } from "../../support/cloud/s3/buckets.js";

const PLACE = { originals: "originals", renditions: "renditions" };
const SEQUENCER = "0065A1C0DE12";

/** A record as S3 writes it; `said` is what its object says beside key and sequencer. */
function record(eventName: string, key: string, said: object = {}, bucket = "originals") {
  const object = { key: encodeKey(key), sequencer: SEQUENCER, ...said };
  return { eventVersion: "2.1", eventSource: "aws:s3", eventName, s3: { bucket: { name: bucket }, object } };
}

const toCreatedRecord = (key: string, kind = "Put") =>
  record(`ObjectCreated:${kind}`, key, { size: 1, eTag: "e1" });
const toEvent = (...records: readonly unknown[]) => ({ Records: records });
const change = (key: string): Change => ({ type: "created", key, sequencer: SEQUENCER, etag: etag("e1") });

const keys = fc.oneof(
  fc.constantFrom(...AWKWARD_KEYS),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
);

/** Every way in which a notification of S3 travels. */
const ENVELOPES: Readonly<Record<string, (key: string) => unknown>> = {
  "straight from S3": (key) => toEvent(toCreatedRecord(key)),
  "as the body of an SQS message": (key) => JSON.stringify(toEvent(toCreatedRecord(key))),
  "as an SQS event": (key) =>
    toEvent({ eventSource: "aws:sqs", body: JSON.stringify(toEvent(toCreatedRecord(key))) }),
  "through SNS in an SQS message": (key) =>
    JSON.stringify({ Type: "Notification", Message: JSON.stringify(toEvent(toCreatedRecord(key))) }),
  "through SNS in an SQS event": (key) => {
    const body = JSON.stringify({
      Type: "Notification",
      Message: JSON.stringify(toEvent(toCreatedRecord(key))),
    });
    return toEvent({ eventSource: "aws:sqs", body });
  },
  "as an SNS event": (key) =>
    toEvent({ EventSource: "aws:sns", Sns: { Message: JSON.stringify(toEvent(toCreatedRecord(key))) } }),
  "through EventBridge": (key) => toEventBridge("Object Created", key, { etag: "e1", size: 1 }),
  "through EventBridge in an SQS message": (key) =>
    JSON.stringify(toEventBridge("Object Created", key, { etag: "e1", size: 1 })),
};

function toEventBridge(kind: string, key: string, object: object, detail: object = {}) {
  return {
    source: "aws.s3",
    "detail-type": kind,
    detail: { bucket: { name: "originals" }, object: { key, sequencer: SEQUENCER, ...object }, ...detail },
  };
}

describe("a notification", () => {
  it.each(Object.entries(ENVELOPES))("%s brings every key exactly as it is", (_name, wrap) => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(parseChanges(wrap(key), PLACE)).toEqual({
          changes: [change(key)],
          skipped: [],
          unreadable: [],
        });
      }),
    );
  });

  it.each(["3.0", "10.1", "1.0", 3, "", null])(
    "of the unknown major version %j is read by nobody",
    (version) => {
      for (const name of ["ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated", "ObjectTagging:Put"]) {
        const { changes, unreadable } = parseChanges(
          toEvent({ ...record(name, "a.jpg", { eTag: "e1" }), eventVersion: version }),
          PLACE,
        );
        expect([changes, unreadable.length]).toEqual([[], 1]);
      }
      const { changes, unreadable } = parseChanges(
        toEventBridge("Object Created", "a.jpg", { etag: "e1" }, { version }),
        PLACE,
      );
      expect([changes, unreadable.length]).toEqual([[], 1]);
    },
  );

  it.each(["2.0", "2.3", undefined])(
    "of the version %j is read: minor versions only add to it",
    (version) => {
      const record = { ...toCreatedRecord("a.jpg"), eventVersion: version };
      expect(parseChanges(toEvent(record), PLACE)).toEqual({
        changes: [change("a.jpg")],
        skipped: [],
        unreadable: [],
      });
      const event = toEventBridge("Object Created", "a.jpg", { etag: "e1" }, { version: "0" });
      expect(parseChanges(event, PLACE).changes).toEqual([change("a.jpg")]);
    },
  );

  it("is decoded once: a key that looks encoded stays as it is", () => {
    for (const key of ["a+b", "a%2Bb", "a%20b", "a b", "100%", "%25"]) {
      for (const wrap of Object.values(ENVELOPES))
        expect(parseChanges(wrap(key), PLACE).changes).toEqual([change(key)]);
    }
  });

  it.each([
    ["ObjectCreated:Put", { eTag: "e1" }, "created"],
    ["ObjectCreated:Post", { eTag: "e1" }, "created"],
    ["ObjectCreated:Copy", { eTag: "e1" }, "created"],
    ["ObjectCreated:CompleteMultipartUpload", { eTag: "e1" }, "created"],
    ["ObjectCreated:Put", {}, "unknown"],
    ["ObjectRemoved:Delete", {}, "removed"],
    ["ObjectRemoved:Delete", { versionId: "v1" }, "unknown"],
    ["ObjectRemoved:DeleteMarkerCreated", { versionId: "v2" }, "removed"],
    ["LifecycleExpiration:Delete", {}, "unknown"],
    ["LifecycleExpiration:DeleteMarkerCreated", {}, "unknown"],
    ["ReducedRedundancyLostObject:Lost", {}, "unknown"],
  ])("of %s with %j is %s", (name, said, type) => {
    const { changes, unreadable } = parseChanges(toEvent(record(name, "k", said)), PLACE);
    expect(unreadable).toEqual([]);
    expect(changes.map((one) => one.type)).toEqual([type]);
  });

  it.each([
    ["Object Deleted", {}, { reason: "DeleteObject", "deletion-type": "Permanently Deleted" }, "removed"],
    [
      "Object Deleted",
      { "version-id": "v1" },
      { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
      "unknown",
    ],
    [
      "Object Deleted",
      { "version-id": "v1" },
      { reason: "DeleteObject", "deletion-type": "Delete Marker Created" },
      "removed",
    ],
    [
      "Object Deleted",
      {},
      { reason: "Lifecycle Expiration", "deletion-type": "Permanently Deleted" },
      "unknown",
    ],
    ["Object Created", {}, { reason: "PutObject" }, "unknown"],
  ])("of EventBridge: %s with %j and %j is %s", (kind, object, detail, type) => {
    const { changes } = parseChanges(toEventBridge(kind, "k", object, detail), PLACE);
    expect(changes.map((one) => one.type)).toEqual([type]);
  });

  it.each([
    ["s3:TestEvent", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "originals" }],
    ["ObjectTagging:Put", toEvent(record("ObjectTagging:Put", "k"))],
    ["Object Restore Completed", toEventBridge("Object Restore Completed", "k", {})],
  ])("without a change is no error and is named: %s", (name, message) => {
    const skipped = [name];
    expect(parseChanges(message, PLACE)).toEqual({ changes: [], skipped, unreadable: [] });
    expect(parseChanges(JSON.stringify(message), PLACE)).toEqual({ changes: [], skipped, unreadable: [] });
  });
});

describe("an unreadable message", () => {
  const BROKEN: readonly (readonly [string, unknown])[] = [
    ["a record of something else", { eventSource: "aws:dynamodb" }],
    ["no record at all", null],
    [
      "a key that is not encoded rightly",
      {
        ...toCreatedRecord("k"),
        s3: { bucket: { name: "originals" }, object: { key: "%E0%A4%A", sequencer: "1" } },
      },
    ],
    ["an empty key", record("ObjectCreated:Put", "", { eTag: "e" })],
    ["a key that is too long", record("ObjectCreated:Put", "k".repeat(1_025), { eTag: "e" })],
    ["no sequencer", record("ObjectCreated:Put", "k", { sequencer: undefined })],
    ["a sequencer that is no number", record("ObjectCreated:Put", "k", { sequencer: "newest" })],
    ["a sequencer that is longer than any", record("ObjectCreated:Put", "k", { sequencer: "1".repeat(129) })],
    ["an unknown event", record("ObjectEaten:Whole", "k")],
    ["a foreign bucket", record("ObjectCreated:Put", "k", { eTag: "e" }, "somebody-elses")],
    ["the bucket of the renditions", record("ObjectCreated:Put", "k", { eTag: "e" }, "renditions")],
    ["an SQS record whose body is no notification", { eventSource: "aws:sqs", body: "hello" }],
  ];

  it.each(BROKEN)("keeps the records beside it: %s", (_name, broken) => {
    const { changes, unreadable } = parseChanges(
      toEvent(toCreatedRecord("a"), broken, toCreatedRecord("b")),
      PLACE,
    );
    expect(changes).toEqual([change("a"), change("b")]);
    expect(unreadable).toEqual([{ reason: expect.stringMatching(/^expected .+ but received /) }]);
  });

  it("from the bucket of the renditions is reported as a loop", () => {
    const { unreadable } = parseChanges(
      toEvent(record("ObjectCreated:Put", "k", { eTag: "e" }, "renditions")),
      PLACE,
    );
    expect(unreadable[0]?.reason).toContain("loop");
  });

  it("never throws, whatever it is", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.json(),
      fc.json().map((text) => JSON.parse(text)),
    );
    const around = fc.oneof(
      anything,
      anything.map((inner) => toEvent(inner)),
      anything.map((inner) => toEvent({ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: inner })),
      anything.map((inner) => ({ request: inner })),
    );
    fc.assert(
      fc.property(around, (message) => {
        expect(parseChanges(message, PLACE).changes).toEqual([]);
      }),
    );
  });

  it("is unwrapped only to a limit", () => {
    let message = JSON.stringify(toEvent(toCreatedRecord("k")));
    for (let times = 0; times < 5; times += 1)
      message = JSON.stringify({ Type: "Notification", Message: message });
    expect(parseChanges(message, PLACE)).toMatchObject({ changes: [], unreadable: [{}] });
  });
});

describe("a request", () => {
  const versions = fc
    .record({
      epoch: fc.oneof(fc.constant(0), fc.maxSafeNat()),
      sequencer: fc.stringMatching(/^[0-9A-Za-z_]{0,16}$/),
      revision: fc.maxSafeNat(),
    })
    .map(version);
  const yes = fc.constant(true as const);
  const requests = fc.oneof(
    fc.record(
      { type: fc.constant("process" as const), key: keys, version: versions, force: yes, invalidate: yes },
      { requiredKeys: ["type", "key", "version"], noNullPrototype: true },
    ),
    fc.record({ type: fc.constant("remove" as const), key: keys, version: versions }),
  );

  it("survives formatting and parsing, and its message is ASCII", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const body = formatRequest(request);
        expect(body).toMatch(/^[\x20-\x7e]*$/);
        expect(parseChanges(body, PLACE)).toEqual({ changes: [request], skipped: [], unreadable: [] });
      }),
    );
  });

  const given = { epoch: 0, sequencer: "1", revision: 1 };

  it("is read if it is complete, so that the unreadable ones below are refused for their own fault", () => {
    const request = { type: "process", key: "k", version: given };
    expect(parseChanges({ request }, PLACE)).toEqual({ changes: [request], skipped: [], unreadable: [] });
  });

  it.each([
    ["of an unknown kind", { type: "polish", key: "k", version: given }],
    ["without a version", { type: "process", key: "k" }],
    ["of a version that cannot be", { type: "process", key: "k", version: { ...given, revision: -1 } }],
    ["of a sequencer that cannot be", { type: "process", key: "k", version: { ...given, sequencer: "1-0" } }],
    ["of a sequencer that is no text", { type: "process", key: "k", version: { ...given, sequencer: 1 } }],
    ["of no epoch", { type: "process", key: "k", version: { sequencer: "1", revision: 1 } }],
    ["of an epoch that is nothing", { type: "remove", key: "k", version: { ...given, epoch: null } }],
    ["of an epoch that cannot be", { type: "process", key: "k", version: { ...given, epoch: -1 } }],
    ["without a key", { type: "remove", version: given }],
    ["that is forced a little", { type: "process", key: "k", version: given, force: "true" }],
    ["that is not forced in so many words", { type: "process", key: "k", version: given, force: false }],
    ["that invalidates once", { type: "process", key: "k", version: given, invalidate: 1 }],
    ["to remove that is forced", { type: "remove", key: "k", version: given, force: true }],
    ["to remove that invalidates", { type: "remove", key: "k", version: given, invalidate: true }],
    ["with a wish that nobody knows", { type: "process", key: "k", version: given, urgent: true }],
  ])("is unreadable %s", (_name, request) => {
    const unreadable = [{ reason: expect.stringMatching(/^expected .+ but received /) }];
    expect(parseChanges({ request }, PLACE)).toEqual({ changes: [], skipped: [], unreadable });
  });
});

describe("a message that is nested more deeply than a stack", () => {
  it("is unreadable, and takes nothing from the records beside it", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const event = toEvent({ eventSource: "aws:sqs", body: deep }, toCreatedRecord("a.jpg"));
    const { changes, unreadable } = parseChanges(event, PLACE);
    expect(changes).toHaveLength(1);
    expect(unreadable).toEqual([{ reason: expect.stringMatching(/^expected a notification but received /) }]);
  });
});
