import type { CallOptions } from "../../ports/call-options.js";
import { versionOf } from "../model/change.js";
import { sha256Hex } from "../model/digest.js";
import { SafelightError, shown } from "../model/errors.js";
import { fileNameMetadata } from "../model/file-name.js";
import { imageIdOf } from "../model/image-id.js";
import { type ImageRecord, isMade } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { compareVersions, type Version } from "../model/version.js";
import { processAsk } from "./ask-to-process.js";
import type { Needs } from "./ports.js";
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
}

/** What processing came to. */
export interface Processed {
  /** Settled: ready or rejected. */
  readonly record: ImageRecord;
  /** Whether that had been done before, so that nothing was done now. */
  readonly unchanged: boolean;
}

/**
 * Stores an original and settles it in the same call. Bytes that are there already are rendered again only under
 * another configuration or with `force`. Throws what kept it from settling; nothing is lost then, because the stored
 * original and its change remain.
 */
export async function processImage(
  ports: SettlePorts,
  input: ImageInput,
  { force = false, signal }: CallOptions & { force?: boolean } = {},
): Promise<Processed> {
  const { records } = ports;
  const key = originalKey(input.key);
  const imageId = imageIdOf(key);
  const record = await records.get(imageId, { signal });
  if (record && !force && isSettledWith(ports, record, input.bytes)) return { record, unchanged: true };
  const version = await settleInput(ports, input, record, { force, signal });
  const settled = await records.get(imageId, { signal });
  if (!settled)
    throw new SafelightError("not-found", `expected an original for ${shown(key)} but it is gone`);
  if (compareVersions(settled.version, version) < 0)
    throw new SafelightError("unavailable", "expected the image to be settled but it is not yet; try again");
  return { record: settled, unchanged: false };
}

/** Whether processing these bytes would change nothing: the record is settled, of the same bytes and under this configuration. */
export function isSettledWith(
  { config, engine }: Needs<"config" | "engine">,
  record: ImageRecord,
  bytes: Uint8Array,
): boolean {
  if (!isMade(record) || record.configuration !== configurationDigest(config, engine.version)) return false;
  if (record.contentHash !== undefined) return record.contentHash === sha256Hex(bytes);
  // Rejected without being read: any other bytes over the limit would be rejected in the same words.
  return record.failure?.code === "too-large" && bytes.length > config.uploads.maxBytes;
}

/** Stores the bytes unless they are there, and resolves to the version that they are settled with. */
async function settleInput(
  ports: SettlePorts,
  { key, bytes, contentType = "application/octet-stream", fileName }: ImageInput,
  record: ImageRecord | undefined,
  { force, signal }: CallOptions & { force: boolean },
): Promise<Version> {
  const { originals, queue } = ports;
  if (!isMade(record) || record.contentHash !== sha256Hex(bytes)) {
    const metadata = fileNameMetadata(fileName);
    const { etag, sequencer } = await originals.put(key, bytes, { contentType, metadata, signal });
    if (sequencer !== undefined) {
      const change = { type: "created", key, sequencer, etag } as const;
      await settleNow(ports, change, { signal });
      return versionOf(change);
    }
  }
  const ask = processAsk(key, record, { force });
  await queue.send(ask, { signal });
  await settleNow(ports, ask, { signal });
  return ask.version;
}
