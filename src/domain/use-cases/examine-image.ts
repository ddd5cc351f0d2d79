import type { BlobInfo, ListedBlob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Finding, FindingKind } from "../model/finding.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord, ProcessedRecord } from "../model/image-record.js";
import { iterateItems } from "../model/page.js";
import { computeConfigurationDigest, isSameConfiguration } from "../model/pipeline-config.js";
import { readKeyVersion, toImagePrefix } from "../model/storage-layout.js";
import { toVersionLabel } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import { compareSpecs, hasPlannedRecipes } from "./kept-renditions.js";
import type { Needs } from "./ports.js";

/** The age that counts as being at rest. */
export interface Rest {
  readonly now: Date;
  /** Anything younger may be the work of a running handler, and is left alone. */
  readonly restingSince: Date;
}

/** Which image to look at, and for what. */
export interface Examination extends Rest {
  readonly imageId: ImageId;
  /** The original's key, where it is known without a record. */
  readonly key?: string;
  /** The kinds of findings that count. */
  readonly kinds: ReadonlySet<FindingKind>;
}

/** An image as one look saw it. */
export interface Look {
  readonly record: ImageRecord | undefined;
  readonly key: string | undefined;
  readonly original: BlobInfo | undefined;
  /** The files that are stored for it. */
  readonly files: readonly ListedBlob[];
  /** All that is wrong with it. */
  readonly findings: readonly Finding[];
}

/** A finding, without the image. */
type Found = Omit<Finding, "imageId" | "key">;

/**
 * Looks at one image. Reads only; bytes are not looked into. An image whose record moves on while it is looked at is being
 * worked on, and nothing is said about it: the pieces seen would be of different moments.
 */
export async function examineImage(
  ports: Needs<"originals" | "renditions" | "records" | "config" | "engine">,
  examination: Examination,
  { signal }: CallOptions = {},
): Promise<Look> {
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
  const look = { record, key, original, files };
  const findings = listFindings(ports, look, examination);
  if (findings.length === 0 || toRowLabel(await records.get(imageId, { signal })) !== toRowLabel(record))
    return { ...look, findings: [] };
  return { ...look, findings };
}

/** Says of an image what is wrong with what was seen of it. */
export function listFindings(
  ports: Needs<"config" | "engine">,
  { record, key, original, files }: Omit<Look, "findings">,
  examination: Examination,
): readonly Finding[] {
  const { imageId, kinds } = examination;
  return [...examineFiles(record, files, examination), ...examineRecord(ports, record, original, examination)]
    .filter(({ kind }) => kinds.has(kind))
    .map((finding) => ({ ...finding, imageId, ...(key !== undefined && { key }) }));
}

/** Compares a record with the files that are stored for it. */
export function examineFiles(
  record: ImageRecord | undefined,
  files: readonly ListedBlob[],
  { restingSince }: Rest,
): readonly Found[] {
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

/** Compares a record with the original that is stored, and with the rules that apply now. */
export function examineRecord(
  ports: Needs<"config" | "engine">,
  record: ImageRecord | undefined,
  original: Pick<BlobInfo, "etag" | "storedAt"> | undefined,
  { now, restingSince }: Rest,
): readonly Found[] {
  const isAtRest = (time: string) => Date.parse(time) <= restingSince.getTime();
  const found: Found[] = [];
  if (record?.outbox && isAtRest(record.processedAt ?? record.createdAt))
    found.push({ kind: "unfinished-outbox" });
  if (!record || record.status === "removed") {
    if (original)
      return original.storedAt <= restingSince ? [...found, { kind: "unrecorded-original" }] : found;
    const expired = record?.expiresAt !== undefined && Date.parse(record.expiresAt) <= now.getTime();
    return expired ? [...found, { kind: "expired-tombstone" }] : found;
  }
  if (record.status === "pending") {
    if (isAtRest(record.createdAt)) found.push({ kind: "stuck-pending" });
  } else if (!original) {
    if (isAtRest(record.processedAt)) found.push({ kind: "missing-original" });
  } else if (!isOfOriginal(record, original)) {
    if (original.storedAt <= restingSince) found.push({ kind: "outdated-record" });
  } else found.push(...examineRules(ports, record, isAtRest(record.processedAt)));
  return found;
}

/** A request is harmless at any time, so that under other rules a record need not be at rest. */
function examineRules(
  ports: Needs<"config" | "engine">,
  record: ProcessedRecord,
  isResting: boolean,
): readonly Found[] {
  const found: Found[] = [];
  if (isResting && record.failure?.code === "decoder-crashed") found.push({ kind: "crashed-decoding" });
  const configuration = computeConfigurationDigest(ports.config, ports.engine.version);
  if (!isSameConfiguration(record.configuration, configuration)) {
    const specs = record.status === "ready" ? { specs: compareSpecs(ports, record) } : {};
    found.push({ kind: "outdated-configuration", ...specs });
  } else if (record.configuration !== configuration) found.push({ kind: "other-engine" });
  else if (isResting && record.status === "ready" && !hasPlannedRecipes(ports, record))
    found.push({ kind: "outdated-rendition" });
  return found;
}

/** By etag and time together, as `isCurrent` does. */
export function isOfOriginal(
  { etag, createdAt }: ProcessedRecord,
  original: Pick<BlobInfo, "etag" | "storedAt">,
): boolean {
  return original.etag === etag && original.storedAt.toISOString() === createdAt;
}

function toRowLabel(record: ImageRecord | undefined): string {
  return record ? `${toVersionLabel(record.version)} ${record.edition}` : "none";
}
