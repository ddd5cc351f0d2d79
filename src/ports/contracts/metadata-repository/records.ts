import fc from "fast-check";
import { etag } from "../../../domain/model/etag.js";
import { IMAGE_FORMATS } from "../../../domain/model/image-format.js";
import { imageIdOf } from "../../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus, Source } from "../../../domain/model/image-record.js";
import { originalKey } from "../../../domain/model/original-key.js";
import type { RenditionKey } from "../../../domain/model/rendition.js";
import { type Version, version } from "../../../domain/model/version.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import { AWKWARD_KEYS } from "../awkward-keys.js";
import { NEIGHBOURS } from "../neighbours.js";

type RecordOf<Status extends ImageStatus> = Extract<ImageRecord, { readonly status: Status }>;

const SOURCE: Source = {
  format: "jpeg",
  contentType: "image/jpeg",
  width: 1,
  height: 1,
  bytes: 1,
  sha256: "0".repeat(64),
  orientation: 1,
  colourSpace: "srgb",
  hasAlpha: false,
  frames: 1,
};

const PROCESSED = { processedAt: "2026-01-01T00:00:00.000Z", configuration: "c" };

const PLAIN = {
  pending: { configuration: "" },
  ready: { ...PROCESSED, etag: "e", contentHash: SOURCE.sha256, source: SOURCE },
  rejected: { ...PROCESSED, etag: "e", failure: { code: "corrupt-image", message: "no image" } },
  removed: PROCESSED,
} as const;

/** A record of the image under `key`, ready if `said` says nothing else, and plain but for that. */
export function recordOf<Status extends ImageStatus = "ready">(
  key: string,
  said: Partial<RecordOf<Status>> & { readonly status?: Status } = {},
): RecordOf<Status> {
  const status: ImageStatus = said.status ?? "ready";
  const common = { createdAt: "2026-01-01T00:00:00.000Z", fileName: key, tags: [], renditions: [] };
  const named = { imageId: imageIdOf(key), key: originalKey(key), version: versionOf(1), status };
  return { ...named, ...common, ...PLAIN[status], ...said } as unknown as RecordOf<Status>;
}

/** The version that the `count`th change gets, with the revision of that many asks. */
export function versionOf(count: number, revision = 0): Version {
  return version({ sequencer: count.toString(16).toUpperCase().padStart(4, "0"), revision });
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
const anyVersion = fc
  .record({
    sequencer: fc.oneof(fc.constantFrom(...NEIGHBOURS), fc.stringMatching(/^[0-9A-Za-z_]{1,16}$/)),
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
    key: anyRenditionKey,
    format,
    watermarked: fc.boolean(),
    frames: count,
    flattened: fc.constant(true as const),
  },
  { requiredKeys: ["name", "key", "format", "width", "height", "bytes", "watermarked"] },
);

const outbox = fc.record({
  forget: fc.array(anyRenditionKey, { maxLength: 2 }),
  events: fc.array(
    fc.record({
      type: fc.constantFrom("ImageReady" as const, "ImageRemoved" as const),
      version: anyVersion,
      time,
    }),
    { maxLength: 2 },
  ),
});

const recorded = {
  key: key.map(originalKey),
  version: anyVersion,
  createdAt: time,
  fileName: text,
  tags: fc.uniqueArray(text, { maxLength: 3 }),
};
const settled = { ...recorded, processedAt: time, configuration: text };
const made = { ...settled, etag: fc.stringMatching(/^[\x20-\x7e]{0,12}$/).map(etag) };

/** Those of `status`: the fields of `has`, and each of `may` or not. */
function recordsOf<Status extends ImageStatus, Has extends object, May extends object>(
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
    recordsOf(
      "pending",
      { ...recorded, configuration: fc.constant("" as const), renditions: fc.tuple() },
      {},
    ),
    recordsOf(
      "ready",
      { ...made, contentHash: text, source, renditions: fc.array(rendition, { maxLength: 2 }) },
      {
        settledBy: anyVersion,
        exif,
        placeholder: fc.record({ thumbhash: text, dominantColor: text }),
        tagging: text,
        outbox,
      },
    ),
    recordsOf(
      "rejected",
      {
        ...made,
        renditions: fc.tuple(),
        failure: fc.record({ code: fc.constant("corrupt-image" as const), message: text }),
      },
      { settledBy: anyVersion, contentHash: text, source, outbox },
    ),
    recordsOf("removed", { ...settled, renditions: fc.tuple() }, { outbox, expiresAt: time }),
  )
  .map((record) => ({ ...record, imageId: imageIdOf(record.key) }));
