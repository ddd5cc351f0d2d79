import { deriveImageId } from "../model/image-id.js";
import type { Failure, ImageRecord } from "../model/image-record.js";
import { readLastSegment } from "../model/original-key.js";
import { computeConfigurationDigest } from "../model/pipeline-config.js";
import type { PlannedOutput, UprightFacts } from "../model/render-plan.js";
import { type Rendition, toRenditionFileName } from "../model/rendition.js";
import { renditionKey } from "../model/storage-layout.js";
import { incrementRevision, type Version } from "../model/version.js";
import type { WorkCalls } from "../model/work.js";
import type { Look } from "./examine-image.js";
import { buildNextRecord } from "./next-record.js";
import type { Needs } from "./ports.js";
import type { OriginalContent } from "./render-task.js";
import { clearOutbox } from "./work-off-outbox.js";

/**
 * Bytes that a row has beside the record, in plain words for people and for indexes: in any case, for the place in listings
 * that removed images have not, and for each rendition.
 */
const BESIDE = { row: 280, listing: 100, rendition: 125 } as const;

/** Stands for digests that nobody knows before the work is done. */
const DIGEST = "0".repeat(64);

/** An image that is settled anew, as far as it is known before. */
export interface Settling {
  readonly facts: UprightFacts;
  readonly kept: readonly Rendition[];
  readonly made: readonly PlannedOutput[];
  /** Present if it is refused. */
  readonly failure?: Failure;
}

/** Whether the original that is stored is the one that the record is of, as its etag says; it may have been stored anew. */
export function isSameContent({ record, original }: Pick<Look, "record" | "original">): boolean {
  return record?.status === "ready" && original?.etag === record.etag;
}

/** Estimates what settling an image writes into the records; without `settling` its original is gone. */
export function estimateRows(
  ports: Needs<"config" | "engine">,
  look: Look,
  settling?: Settling,
): Omit<WorkCalls["records"], "get"> {
  const { record, original } = look;
  const key = record?.key ?? look.key ?? "";
  const version = incrementRevision(record?.version);
  const configuration = computeConfigurationDigest(ports.config, ports.engine.version);
  const content = settling && describeContent(look, { key, version }, settling);
  const settlement = { key, version, configuration, invalidate: false, ...(content && { content }) };
  const now = original?.storedAt ?? new Date(0);
  const next = buildNextRecord(settlement, record, now);
  // Committed with what it owes, and once that is done without it. Entries are of one version, so that all of them change.
  const kilobytes = countKilobytes(next) + countKilobytes(clearOutbox(next, now));
  return { commit: 2, kilobytes, entries: countEntries(record) + countEntries(next) };
}

/** Counts the kilobytes of the row of a record, rounded up. */
export function countKilobytes(record: ImageRecord): number {
  const { key, fileName, title = "", alt = "", status, renditions } = record;
  const listing = status === "removed" ? 0 : BESIDE.listing;
  const beside = BESIDE.row + listing + BESIDE.rendition * renditions.length;
  const words = [JSON.stringify(record), key, fileName, title, alt].join("");
  return Math.ceil((Buffer.byteLength(words) + beside) / 1_024);
}

/** Counts the filters of listings that show a record: each tag, the owner, and each tag of the owner. */
function countEntries(record: ImageRecord | undefined): number {
  if (record === undefined || record.status === "removed") return 0;
  return record.owner === undefined ? record.tags.length : 2 * record.tags.length + 1;
}

/** Describes what a record will say of its original: what is known of these bytes, and otherwise as of any photograph. */
function describeContent(
  look: Look,
  { key, version }: { readonly key: string; readonly version: Version },
  { facts, kept, made, failure }: Settling,
): OriginalContent {
  const { record, original } = look;
  const stored = {
    createdAt: (original?.storedAt ?? new Date(0)).toISOString(),
    fileName: record?.fileName ?? readLastSegment(key),
    ...(record?.owner !== undefined && { owner: record.owner }),
    tags: [],
  };
  const digests = { etag: original?.etag, contentHash: DIGEST };
  if (failure)
    return { ...stored, ...digests, status: "rejected", renditions: [], failure } as OriginalContent;
  const renditions = [...kept, ...made.map((output) => describeRendition(key, version, output))];
  if (record?.status === "ready" && isSameContent(look)) {
    const { contentHash, source, exif, rights, placeholder, tagging, tags, etag } = record;
    const known = { contentHash, source, exif, rights, placeholder, tagging, tags, etag };
    return { status: "ready", ...stored, ...known, renditions } as OriginalContent;
  }
  const { format, frames, colorSpace, width, height } = facts;
  const type = { format, contentType: `image/${format}`, width, height, bytes: original?.size };
  const source = { ...type, sha256: DIGEST, orientation: 1, colorSpace, hasAlpha: false, frames };
  const placeholder = { thumbhash: DIGEST.slice(0, 28), dominantColor: "#000000" };
  return { status: "ready", ...stored, ...digests, source, placeholder, renditions } as OriginalContent;
}

function describeRendition(key: string, version: Version, output: PlannedOutput): Rendition {
  const { name, format, size } = output;
  const [file = "", extension = ""] = toRenditionFileName(output).split(/\.(?=[^.]*$)/);
  const digest = DIGEST.slice(0, 22);
  return {
    name,
    key: renditionKey(deriveImageId(key), version, digest, file, extension),
    recipe: digest,
    format,
    ...size,
    bytes: 10_000,
    watermarked: false,
  };
}
