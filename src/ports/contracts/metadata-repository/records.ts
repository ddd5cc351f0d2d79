import { deriveImageId } from "../../../domain/model/image-id.js";
import type { ImageRecord, ImageStatus, Source } from "../../../domain/model/image-record.js";
import { originalKey } from "../../../domain/model/original-key.js";
import type { RenditionKey } from "../../../domain/model/rendition.js";
import { type Version, version } from "../../../domain/model/version.js";
import type { ListQuery, MetadataRepository, Replaced } from "../../metadata-repository.js";
import { iterateItems } from "../expectations.js";

type RecordOf<Status extends ImageStatus> = Extract<ImageRecord, { readonly status: Status }>;

const SOURCE: Source = {
  format: "jpeg",
  contentType: "image/jpeg",
  width: 1,
  height: 1,
  bytes: 1,
  sha256: "0".repeat(64),
  orientation: 1,
  colorSpace: "srgb",
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
export function createRecord<Status extends ImageStatus = "ready">(
  key: string,
  said: Partial<RecordOf<Status>> & { readonly status?: Status } = {},
): RecordOf<Status> {
  const status: ImageStatus = said.status ?? "ready";
  const common = { createdAt: "2026-01-01T00:00:00.000Z", fileName: key, tags: [], renditions: [] };
  const named = {
    imageId: deriveImageId(key),
    key: originalKey(key),
    version: createVersion(1),
    edition: 1,
    status,
  };
  return { ...named, ...common, ...PLAIN[status], ...said } as unknown as RecordOf<Status>;
}

/** A record with something in each place where one may have it. */
export const FULL_RECORD: ImageRecord = createRecord("full", {
  version: version({ epoch: 3, sequencer: "0B", revision: 2 }),
  edition: 7,
  owner: "Zo\u00eb & Co",
  focalPoint: { x: 0.125, y: 1 },
  alt: "",
  title: "A \u201ctitle\u201d",
  tags: ["cat", "Cat"],
  exif: { make: "Leica", exposureTime: 1 / 3, position: { latitude: -33.8688, longitude: 151.2093 } },
  rights: { creator: "Zo\u00eb; Ansel", copyright: "\u00a9 Ansel & Co" },
  placeholder: { thumbhash: "t", dominantColor: "#00ff7f" },
  tagging: "tagged",
  renditions: ["old", "new"].map((name, index) => ({
    name,
    key: `i/0-${index}-0/f/${name}.gif` as RenditionKey,
    recipe: `recipe of ${name}`,
    format: "gif",
    width: 1,
    height: 2,
    bytes: 3,
    watermarked: index === 1,
    frames: 4,
  })),
  dropped: ["i/0-0-0/f/older.gif", "i/0-0-0/f/oldest.gif"].map((key) => key as RenditionKey),
  outbox: {
    invalidations: ["i/0-0-0/f/gone.gif" as RenditionKey],
    events: [
      { type: "ImageReady", version: createVersion(1), time: createTime(1) },
      { type: "ImageEdited", version: createVersion(1), edition: 6, time: createTime(2) },
    ],
  },
});

/** The version that the `count`th change gets, with the revision of that many asks. */
export function createVersion(count: number, revision = 0): Version {
  return version({ sequencer: count.toString(16).toUpperCase().padStart(4, "0"), revision });
}

/** The record that a write replaces, by all that a repository compares. */
export function createReplaced(version: Version, edition = 1): Replaced {
  return { version, edition };
}

/** Milliseconds since some day as a record's time. */
export function createTime(milliseconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString();
}

/** Commits records that are not there yet. */
export async function fill(records: MetadataRepository, some: readonly ImageRecord[]): Promise<void> {
  for (const record of some) await records.commit(record, { replacing: "nothing" });
}

/** The records in the order of their ids: for answers whose own order is nobody's promise. */
export function sortRecords(records: readonly ImageRecord[]): readonly ImageRecord[] {
  return [...records].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
}

/** Every record of a listing, page by page. */
export function walk(
  records: MetadataRepository,
  query: ListQuery,
  afterFirstPage?: () => Promise<void>,
): Promise<readonly ImageRecord[]> {
  return iterateItems(
    (cursor) => records.list({ ...query, ...(cursor !== undefined && { cursor }) }),
    afterFirstPage,
  );
}
