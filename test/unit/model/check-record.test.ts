import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { imageRecord, parseStoredRecord } from "../../../src/domain/model/check-record.js";
import { IMAGE_STATUSES } from "../../../src/domain/model/image-record.js";
import { anyRecord } from "../../../src/ports/contracts/metadata-repository/any-record.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";

const PLAIN = IMAGE_STATUSES.map((status) => createRecord("cat.jpg", { status }));

/** Every field that a record of any status may have. */
const FIELDS = {
  failure: {},
  source: {},
  exif: {},
  outbox: {},
  dropped: [],
  owner: "ann",
  title: "t",
  alt: "a",
  focalPoint: { x: 0, y: 0 },
  settledBy: {},
  expiresAt: "2026-01-01T00:00:00.000Z",
  url: "x",
};

const LIVING = ["owner", "title", "alt", "focalPoint"];

/** Those of them that go beyond a plain record, by its status. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  pending: [...LIVING, "outbox"],
  ready: [...LIVING, "source", "exif", "dropped", "outbox"],
  rejected: [...LIVING, "failure", "source", "outbox"],
  removed: ["outbox", "expiresAt"],
};

function refusal(name: string) {
  return expect.objectContaining({
    code: "invalid-input",
    message: expect.stringContaining(` for ${name} `),
  });
}

describe("a record", () => {
  it("of any status is returned unchanged, from JSON too", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(imageRecord(record)).toBe(record);
        expect(parseStoredRecord(JSON.stringify(record))).toEqual(record);
      }),
    );
  });

  it.each(PLAIN)("that is $status is refused without any one of its fields", (record) => {
    for (const name of Object.keys(record))
      expect(() => imageRecord({ ...record, [name]: undefined })).toThrow(refusal(name));
  });

  it.each(PLAIN)("that is $status is refused with a field of another status", (record) => {
    for (const [name, value] of Object.entries(FIELDS)) {
      const takeValue = () => imageRecord({ ...record, [name]: value });
      if (POSSIBLE[record.status]?.includes(name)) expect(takeValue).not.toThrow();
      else expect(takeValue).toThrow(refusal(name));
    }
  });

  it.each([
    ["status", { status: "lost" }],
    ["status", { status: "toString" }],
    ["key", { key: "" }],
    ["imageId", { key: "dog.jpg" }],
    ["version.revision", { version: { sequencer: "1", revision: -1.5 } }],
    ["version.epoch", { version: { epoch: -1, sequencer: "1", revision: 1 } }],
    ["edition", { edition: 0 }],
    ["edition", { edition: 1.5 }],
    ["edition", { edition: "1" }],
    ["edition", { edition: 2 ** 53 }],
    ["version.sequencer", { version: { sequencer: "zz!", revision: 1 } }],
    ["createdAt", { createdAt: "yesterday" }],
    ["processedAt", { processedAt: 0 }],
  ])("is refused by the name of %s if it is wrong: %j", (name, change) => {
    expect(() => imageRecord({ ...createRecord("cat.jpg"), ...change })).toThrow(refusal(name));
  });

  it.each(PLAIN.filter(({ status }) => status !== "ready"))(
    "that is $status names no rendition",
    (record) => {
      expect(() => imageRecord({ ...record, renditions: [{}] })).toThrow(refusal("renditions"));
    },
  );

  it.each(["", "no JSON", "null", "7", "[]", "{}", JSON.stringify({ ...createRecord("k"), failure: {} })])(
    "that a repository holds as %j is internal, in a sentence",
    (json) => {
      const message = expect.stringMatching(/^the repository holds .+, which is no record of an image; /);
      expect(() => parseStoredRecord(json)).toThrow(expect.objectContaining({ code: "internal", message }));
    },
  );
});
