import fc from "fast-check";
import { IMAGE_FORMATS } from "../../../domain/model/image-format.js";
import { imageIdOf } from "../../../domain/model/image-id.js";
import { IMAGE_STATUSES, type ImageRecord } from "../../../domain/model/image-record.js";
import type { Version } from "../../../domain/model/version.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import { NEIGHBOURS } from "../neighbours.js";

/** A record of the image under `key`, plain but for what `said` says. */
export function recordOf(key: string, said: Partial<ImageRecord> = {}): ImageRecord {
  return {
    imageId: imageIdOf(key),
    key,
    version: versionOf(1),
    status: "ready",
    createdAt: "2026-01-01T00:00:00.000Z",
    fileName: key,
    configuration: "c",
    tags: [],
    renditions: [],
    ...said,
  };
}

/** The version that the `count`th change gets, with the revision of that many asks. */
export function versionOf(count: number, revision = 0): Version {
  return { sequencer: count.toString(16).toUpperCase().padStart(4, "0"), revision };
}

/** Milliseconds since some day as a record's time. */
export function timeOf(milliseconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString();
}

/** Commits records that are not there yet. */
export async function fill(records: MetadataRepository, some: readonly ImageRecord[]): Promise<void> {
  for (const record of some) await records.commit(record, { replacing: "nothing" });
}

/** The records in the order of their ids: for answers whose own order is nobody's promise. */
export function sorted(records: readonly ImageRecord[]): readonly ImageRecord[] {
  return [...records].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
}

const text = fc.string({ unit: "binary", maxLength: 12 });
const count = fc.integer({ min: 1, max: 2 ** 31 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const time = fc.integer({ min: 0, max: 10 ** 10 }).map(timeOf);
const version = fc.record({
  sequencer: fc.oneof(fc.constantFrom(...NEIGHBOURS), fc.stringMatching(/^[0-9A-Za-z_]{1,16}$/)),
  revision: fc.maxSafeNat(),
});
const key = fc.oneof(
  fc.constantFrom(...AWKWARD_KEYS),
  text.filter((value) => value !== ""),
);
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

const source = fc.record({
  ...size,
  format,
  contentType: text,
  sha256: text,
  orientation: fc.integer({ min: 1, max: 8 }),
  colourSpace: text,
  hasAlpha: fc.boolean(),
  frames: count,
});

const rendition = fc.record(
  {
    ...size,
    name: text,
    key: text,
    format,
    watermarked: fc.boolean(),
    frames: count,
    flattened: fc.constant(true as const),
  },
  { requiredKeys: ["name", "key", "format", "width", "height", "bytes", "watermarked"] },
);

const pendingEvent = fc.record({ type: fc.constantFrom("ImageReady", "ImageRemoved"), version, time });

/** Any record: every optional field there or not, with text and numbers that codecs like to change. */
export const anyRecord: fc.Arbitrary<ImageRecord> = fc
  .record(
    {
      key,
      version,
      status: fc.constantFrom(...IMAGE_STATUSES),
      createdAt: time,
      processedAt: time,
      fileName: text,
      configuration: text,
      source,
      exif,
      placeholder: fc.record({ thumbhash: text, dominantColor: text }),
      tags: fc.uniqueArray(text, { maxLength: 3 }),
      tagging: text,
      renditions: fc.array(rendition, { maxLength: 2 }),
      failure: fc.record({ code: fc.constant("corrupt-image" as const), message: text }),
      outbox: fc.record({
        forget: fc.array(key, { maxLength: 2 }),
        events: fc.array(pendingEvent, { maxLength: 2 }),
      }),
      expiresAt: time,
    },
    {
      requiredKeys: [
        "key",
        "version",
        "status",
        "createdAt",
        "fileName",
        "configuration",
        "tags",
        "renditions",
      ],
      noNullPrototype: true,
    },
  )
  .map((record) => ({ ...record, imageId: imageIdOf(record.key) }) as ImageRecord);
