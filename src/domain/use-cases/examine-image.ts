import type { BlobInfo, ListedBlob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Finding, FindingKind } from "../model/finding.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord, ProcessedRecord } from "../model/image-record.js";
import { iterateItems } from "../model/page.js";
import { computeConfigurationDigest } from "../model/pipeline-config.js";
import { readKeyVersion, toImagePrefix } from "../model/storage-layout.js";
import { toVersionLabel } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import { hasPlannedRecipes } from "./kept-renditions.js";
import type { Needs } from "./ports.js";

/** Which image to look at, and what counts as being at rest. */
export interface Examination {
  readonly imageId: ImageId;
  /** The original's key, where it is known without a record. */
  readonly key?: string;
  readonly now: Date;
  /** Anything younger may be the work of a running handler, and is left alone. */
  readonly restingSince: Date;
}

/**
 * Resolves to what is wrong with one image. Reads only; bytes are not looked into. An image whose record moves on while
 * it is looked at is being worked on, and nothing is said about it: the pieces seen would be of different moments.
 */
export async function examineImage(
  ports: Needs<"originals" | "renditions" | "records" | "config" | "engine">,
  examination: Examination,
  { signal }: CallOptions = {},
): Promise<readonly Finding[]> {
  const { originals, renditions, records } = ports;
  const { imageId } = examination;
  const record = await records.get(imageId, { signal });
  const key = examination.key ?? record?.key;
  const files: ListedBlob[] = [];
  for await (const file of iterateItems((cursor) =>
    renditions.list(toImagePrefix(imageId), { cursor, signal }),
  ))
    if (readKeyVersion(imageId, file.key) !== undefined) files.push(file);
  const original = key === undefined ? undefined : await findBlob(originals, key, { signal });
  const found: readonly Omit<Finding, "imageId" | "key">[] = [
    ...examineFiles(record, files, examination),
    ...examineRecord(ports, record, original, examination).map((kind) => ({ kind })),
  ];
  if (found.length === 0 || toRowLabel(await records.get(imageId, { signal })) !== toRowLabel(record))
    return [];
  return found.map((finding) => ({ ...finding, imageId, ...(key !== undefined && { key }) }));
}

function examineFiles(
  record: ImageRecord | undefined,
  files: readonly ListedBlob[],
  { restingSince }: Examination,
): { kind: FindingKind; rendition: string }[] {
  const named = (record?.renditions ?? []).map(({ key }): string => key);
  const stored = new Set(files.map(({ key }) => key));
  return [
    ...named
      .filter((key) => !stored.has(key))
      .map((rendition) => ({ kind: "missing-rendition" as const, rendition })),
    ...files
      .filter(({ key, storedAt }) => !named.includes(key) && storedAt <= restingSince)
      .map(({ key: rendition }) => ({ kind: "orphaned-rendition" as const, rendition })),
  ];
}

function examineRecord(
  ports: Needs<"config" | "engine">,
  record: ImageRecord | undefined,
  original: BlobInfo | undefined,
  { now, restingSince }: Examination,
): FindingKind[] {
  const isAtRest = (time: string) => Date.parse(time) <= restingSince.getTime();
  const found: FindingKind[] = [];
  if (record?.outbox && isAtRest(record.processedAt ?? record.createdAt)) found.push("unfinished-outbox");
  if (!record || record.status === "removed") {
    if (original) return original.storedAt <= restingSince ? [...found, "unrecorded-original"] : found;
    const expired = record?.expiresAt !== undefined && Date.parse(record.expiresAt) <= now.getTime();
    return expired ? [...found, "expired-tombstone"] : found;
  }
  if (record.status === "pending") {
    if (isAtRest(record.createdAt)) found.push("stuck-pending");
  } else if (!original) {
    if (isAtRest(record.processedAt)) found.push("missing-original");
  } else if (!isOfOriginal(record, original)) {
    if (original.storedAt <= restingSince) found.push("outdated-record");
  } else if (isAtRest(record.processedAt)) {
    if (record.failure?.code === "decoder-crashed") found.push("crashed-decoding");
    // Under another configuration it is not out of order: that one is applied when somebody asks for it.
    const isOfThis = record.configuration === computeConfigurationDigest(ports.config, ports.engine.version);
    if (record.status === "ready" && isOfThis && !hasPlannedRecipes(ports, record))
      found.push("outdated-rendition");
  }
  return found;
}

/** By etag and time together, as `isCurrent` does. */
function isOfOriginal({ etag, createdAt }: ProcessedRecord, original: BlobInfo): boolean {
  return original.etag === etag && original.storedAt.toISOString() === createdAt;
}

function toRowLabel(record: ImageRecord | undefined): string {
  return record ? `${toVersionLabel(record.version)} ${record.edition}` : "none";
}
