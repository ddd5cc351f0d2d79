import fc from "fast-check";
import { etag } from "../../../domain/model/etag.js";
import { IMAGE_FORMATS } from "../../../domain/model/image-format.js";
import { deriveImageId } from "../../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus } from "../../../domain/model/image-record.js";
import { originalKey } from "../../../domain/model/original-key.js";
import type { RenditionKey } from "../../../domain/model/rendition.js";
import { version } from "../../../domain/model/version.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import { CONFUSABLE_SEQUENCERS } from "../confusable-sequencers.js";
import { createTime } from "./records.js";

const text = fc.string({ unit: "binary", maxLength: 12 });
const count = fc.integer({ min: 1, max: 2 ** 31 });
const edition = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const time = fc.integer({ min: 0, max: 10 ** 10 }).map(createTime);
const anyVersion = fc
  .record({
    epoch: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    sequencer: fc.oneof(fc.constantFrom(...CONFUSABLE_SEQUENCERS), fc.stringMatching(/^[0-9A-Za-z_]{1,16}$/)),
    revision: fc.maxSafeNat(),
  })
  .map(version);
const key = fc.oneof(
  fc.constantFrom(...AWKWARD_KEYS),
  text.filter((value) => value !== ""),
);
const anyRenditionKey = text.map((value) => value as RenditionKey);
const format = fc.constantFrom(...IMAGE_FORMATS);
const size = { width: count, height: count, bytes: count };

const exif = fc.record(
  {
    make: text,
    takenAt: text,
    exposureTime: number,
    iso: count,
    position: fc.record(
      { latitude: number, longitude: number, altitude: number },
      { requiredKeys: ["latitude", "longitude"] },
    ),
  },
  { requiredKeys: [] },
);

const rights = fc.record({ creator: text, copyright: text, usageTerms: text }, { requiredKeys: [] });

const required = {
  ...size,
  format,
  contentType: text,
  sha256: text,
  orientation: fc.integer({ min: 1, max: 8 }),
  colorSpace: text,
  hasAlpha: fc.boolean(),
  frames: count,
};
const source = fc.record(
  { ...required, warnings: fc.array(text, { minLength: 1, maxLength: 2 }) },
  { requiredKeys: Object.keys(required) as (keyof typeof required)[] },
);

const rendition = fc.record(
  {
    ...size,
    name: text,
    key: anyRenditionKey,
    recipe: text,
    format,
    watermarked: fc.boolean(),
    frames: count,
    flattened: fc.constant(true as const),
  },
  { requiredKeys: ["name", "key", "recipe", "format", "width", "height", "bytes", "watermarked"] },
);

const outbox = fc.record({
  invalidations: fc.array(anyRenditionKey, { maxLength: 2 }),
  events: fc.array(
    fc.record(
      {
        type: fc.constantFrom("ImageReady" as const, "ImageRemoved" as const, "ImageEdited" as const),
        version: anyVersion,
        edition,
        time,
      },
      { requiredKeys: ["type", "version", "time"], noNullPrototype: true },
    ),
    { maxLength: 2 },
  ),
});

const recorded = {
  key: key.map(originalKey),
  version: anyVersion,
  edition,
  createdAt: time,
  fileName: text,
  tags: fc.uniqueArray(text, { maxLength: 3 }),
};
const settled = { ...recorded, processedAt: time, configuration: text };
/** The optional fields of an image that is not removed: its owner and its edits. */
const living = {
  owner: text,
  alt: text,
  title: text,
  focalPoint: fc.record({ x: number, y: number }, { noNullPrototype: true }),
};
const made = { ...settled, etag: fc.stringMatching(/^[\x20-\x7e]{0,12}$/).map(etag) };

/** Those of `status`: the fields of `has`, and each of `may` or not. */
function generateRecords<Status extends ImageStatus, Has extends object, May extends object>(
  status: Status,
  has: { [Key in keyof Has]: fc.Arbitrary<Has[Key]> },
  may: { [Key in keyof May]: fc.Arbitrary<May[Key]> },
) {
  const optional = fc.record(may, { requiredKeys: [], noNullPrototype: true });
  return fc.tuple(fc.record(has), optional).map(([must, might]) => ({ status, ...must, ...might }));
}

/** Any record: every optional field there or not, with text and numbers that codecs like to change. */
export const anyRecord: fc.Arbitrary<ImageRecord> = fc
  .oneof(
    generateRecords(
      "pending",
      { ...recorded, configuration: fc.constant("" as const), renditions: fc.tuple() },
      { ...living, outbox },
    ),
    generateRecords(
      "ready",
      { ...made, contentHash: text, source, renditions: fc.array(rendition, { maxLength: 2 }) },
      {
        ...living,
        exif,
        rights,
        placeholder: fc.record({ thumbhash: text, dominantColor: text }),
        tagging: text,
        dropped: fc.array(anyRenditionKey, { minLength: 1, maxLength: 3 }),
        outbox,
      },
    ),
    generateRecords(
      "rejected",
      {
        ...made,
        renditions: fc.tuple(),
        failure: fc.record({ code: fc.constant("corrupt-image" as const), message: text }),
      },
      { ...living, contentHash: text, source, outbox },
    ),
    generateRecords("removed", { ...settled, renditions: fc.tuple() }, { outbox, expiresAt: time }),
  )
  .map((record) => ({ ...record, imageId: deriveImageId(record.key) }));
