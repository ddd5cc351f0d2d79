import type { CallOptions } from "../../ports/call-options.js";
import { type Change, deriveVersion } from "../model/change.js";
import { computeSha256 } from "../model/digest.js";
import { quote, SafelightError } from "../model/errors.js";
import { toFileNameMetadata } from "../model/file-name.js";
import { deriveImageId } from "../model/image-id.js";
import { type ImageRecord, isProcessed } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { toOwnerMetadata } from "../model/owner.js";
import { computeConfigurationDigest } from "../model/pipeline-config.js";
import { compareVersions } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import { buildProcessRequest, type ProcessingOptions } from "./request-processing.js";
import type { SettlePorts } from "./settle-change.js";
import { settleNow } from "./settle-now.js";

/** An original that a caller holds in its hands. */
export interface ImageInput {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The content type that the caller gives; kept with the original, never trusted. Default `application/octet-stream`. */
  readonly contentType?: string;
  /** The file's name; kept with the original, shown in the record, never used as a path. Default: the last segment of the key. */
  readonly fileName?: string;
  /** Whose it is; kept with the original, and shown where the configuration takes an owner from the caller. 1 to 200 bytes of UTF-8. */
  readonly owner?: string;
}

/** How an original is processed in the same call. */
export interface DirectProcessingOptions extends ProcessingOptions {
  /**
   * Whether the caller does not call again: an original on which the engine fails and cannot say why is then rejected,
   * instead of being thrown as `internal`, if a known good picture succeeds in the same place. Default false.
   */
  readonly isFinalAttempt?: boolean;
}

/** The content type and metadata that are stored with an original. */
export function toStoredOptions({ contentType = "application/octet-stream", fileName, owner }: ImageInput) {
  return { contentType, metadata: { ...toFileNameMetadata(fileName), ...toOwnerMetadata(owner) } };
}

/** The result of processing. */
export interface Processed {
  /** Settled: ready or rejected. */
  readonly record: ImageRecord;
  /** Whether that had been done before, so that nothing was done now. */
  readonly unchanged: boolean;
  /** Whether the key was that of an image with other bytes until now. */
  readonly replaced: boolean;
}

/**
 * Stores an original and settles it in the same call. Bytes that lie there already are not stored again: then whoever
 * settles decides whether anything is missing. Throws what kept it from settling; nothing is lost then, because the
 * stored original and its change remain.
 */
export async function processImage(
  ports: SettlePorts,
  input: ImageInput,
  { signal, isFinalAttempt, ...how }: CallOptions & DirectProcessingOptions = {},
): Promise<Processed> {
  const { records } = ports;
  const key = originalKey(input.key);
  const imageId = deriveImageId(key);
  const record = await records.get(imageId, { signal });
  const change = await acceptInput(ports, input, record, { ...how, signal });
  await settleNow(ports, change, { isFinal: isFinalAttempt, signal });
  const settled = await records.get(imageId, { signal });
  if (!settled)
    throw new SafelightError("not-found", `the original ${quote(key)} was removed while it was processed`);
  if (compareVersions(settled.version, deriveVersion(change, settled.version)) < 0)
    throw new SafelightError("unavailable", "the image is not settled yet; try again");
  return {
    record: settled,
    unchanged: isProcessed(record) && isSameSettlement(record, settled),
    replaced: isProcessed(record) && record.contentHash !== settled.contentHash,
  };
}

/** Whether nothing was done between two records of an image. Two settlements may fall into one millisecond. */
function isSameSettlement(before: ImageRecord, after: ImageRecord): boolean {
  const listKeys = ({ renditions }: ImageRecord) => renditions.map(({ key }) => key).join("\n");
  return (
    before.processedAt === after.processedAt &&
    before.status === after.status &&
    listKeys(before) === listKeys(after)
  );
}

/** Whether it is useless to store these bytes: the record is settled, of the same bytes and under this configuration. */
export function isAlreadySettled(
  { config, engine }: Needs<"config" | "engine">,
  record: ImageRecord,
  bytes: Uint8Array,
): boolean {
  if (!isProcessed(record) || record.failure?.code === "decoder-crashed") return false;
  if (record.configuration !== computeConfigurationDigest(config, engine.version)) return false;
  if (record.contentHash !== undefined) return record.contentHash === computeSha256(bytes);
  // Rejected without being read: any other bytes over the limit would be rejected in the same words.
  return record.failure?.code === "too-large" && bytes.length > config.uploads.maxBytes;
}

/** Stores the bytes unless they lie there, and resolves to the change or request that is to be settled. */
async function acceptInput(
  ports: SettlePorts,
  input: ImageInput,
  record: ImageRecord | undefined,
  { signal, ...how }: CallOptions & ProcessingOptions,
): Promise<Change> {
  const { originals, queue } = ports;
  const { key, bytes } = input;
  if (!(await isStored(ports, record, input, { signal }))) {
    const { etag, sequencer } = await originals.put(key, bytes, { ...toStoredOptions(input), signal });
    const { force, invalidate } = how;
    if (sequencer !== undefined && !force && !invalidate) return { type: "created", key, sequencer, etag };
  }
  const request = buildProcessRequest(key, record, how);
  await queue.send(request, { signal });
  return request;
}

/** Whether the original is these bytes, with all that is said of them. */
async function isStored(
  ports: Needs<"originals" | "config" | "engine">,
  record: ImageRecord | undefined,
  input: ImageInput,
  { signal }: CallOptions,
): Promise<boolean> {
  if (!isProcessed(record)) return false;
  const { contentHash } = record;
  const isSame =
    contentHash === undefined
      ? isAlreadySettled(ports, record, input.bytes)
      : contentHash === computeSha256(input.bytes);
  if (!isSame) return false;
  const info = await findBlob(ports.originals, record.key, { signal });
  if (info?.etag !== record.etag) return false;
  const { metadata } = toStoredOptions(input);
  return Object.entries(metadata).every(([name, value]) => info.metadata[name] === value);
}
