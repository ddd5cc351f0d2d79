import type { CallOptions } from "../../ports/call-options.js";
import { type Change, deriveVersion } from "../model/change.js";
import { sha256Hex } from "../model/digest.js";
import { SafelightError, shown } from "../model/errors.js";
import { fileNameMetadata } from "../model/file-name.js";
import { imageIdOf } from "../model/image-id.js";
import { type ImageRecord, isProcessed } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { ownerMetadata } from "../model/owner.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { compareVersions } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import { type ProcessingOptions, processRequest } from "./request-processing.js";
import type { SettlePorts } from "./settle-change.js";
import { settleNow } from "./settle-now.js";

/** An original that a caller holds in its hands. */
export interface ImageInput {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** What the caller says it is; kept with the original, never believed. Default `application/octet-stream`. */
  readonly contentType?: string;
  /** What people call the file; kept with the original, shown in the record, never used as a path. Default: the last segment of the key. */
  readonly fileName?: string;
  /** Whose it is; kept with the original, and shown where the configuration takes an owner from the caller. 1 to 200 bytes of UTF-8. */
  readonly owner?: string;
}

/** What is kept beside an original. */
export function storedWith({ contentType = "application/octet-stream", fileName, owner }: ImageInput) {
  return { contentType, metadata: { ...fileNameMetadata(fileName), ...ownerMetadata(owner) } };
}

/** What processing came to. */
export interface Processed {
  /** Settled: ready or rejected. */
  readonly record: ImageRecord;
  /** Whether that had been done before, so that nothing was done now. */
  readonly unchanged: boolean;
}

/**
 * Stores an original and settles it in the same call. Bytes that lie there already are not stored again: then whoever
 * settles decides whether anything is missing. Throws what kept it from settling; nothing is lost then, because the
 * stored original and its change remain.
 */
export async function processImage(
  ports: SettlePorts,
  input: ImageInput,
  { signal, ...how }: CallOptions & ProcessingOptions = {},
): Promise<Processed> {
  const { records } = ports;
  const key = originalKey(input.key);
  const imageId = imageIdOf(key);
  const record = await records.get(imageId, { signal });
  const change = await takeIn(ports, input, record, { ...how, signal });
  await settleNow(ports, change, { signal });
  const settled = await records.get(imageId, { signal });
  if (!settled)
    throw new SafelightError("not-found", `expected an original for ${shown(key)} but it is gone`);
  if (compareVersions(settled.version, deriveVersion(change, settled.version)) < 0)
    throw new SafelightError("unavailable", "expected the image to be settled but it is not yet; try again");
  return { record: settled, unchanged: isProcessed(record) && record.processedAt === settled.processedAt };
}

/** Whether it is useless to store these bytes: the record is settled, of the same bytes and under this configuration. */
export function isSettledWith(
  { config, engine }: Needs<"config" | "engine">,
  record: ImageRecord,
  bytes: Uint8Array,
): boolean {
  if (!isProcessed(record) || record.failure?.code === "decoder-crashed") return false;
  if (record.configuration !== configurationDigest(config, engine.version)) return false;
  if (record.contentHash !== undefined) return record.contentHash === sha256Hex(bytes);
  // Rejected without being read: any other bytes over the limit would be rejected in the same words.
  return record.failure?.code === "too-large" && bytes.length > config.uploads.maxBytes;
}

/** Stores the bytes unless they lie there, and resolves to the change or request that is to be settled. */
async function takeIn(
  ports: SettlePorts,
  input: ImageInput,
  record: ImageRecord | undefined,
  { signal, ...how }: CallOptions & ProcessingOptions,
): Promise<Change> {
  const { originals, queue } = ports;
  const { key, bytes } = input;
  if (!(await isStored(ports, record, input, { signal }))) {
    const { etag, sequencer } = await originals.put(key, bytes, { ...storedWith(input), signal });
    const { force, invalidate } = how;
    if (sequencer !== undefined && !force && !invalidate) return { type: "created", key, sequencer, etag };
  }
  const request = processRequest(key, record, how);
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
      ? isSettledWith(ports, record, input.bytes)
      : contentHash === sha256Hex(input.bytes);
  if (!isSame) return false;
  const info = await findBlob(ports.originals, record.key, { signal });
  if (info?.etag !== record.etag) return false;
  const { metadata } = storedWith(input);
  return Object.entries(metadata).every(([name, value]) => info.metadata[name] === value);
}
