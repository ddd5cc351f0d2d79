import type { BlobStore } from "../../ports/blob-store.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { Ask } from "../model/change.js";
import { sha256Hex } from "../model/digest.js";
import { SafelightError } from "../model/errors.js";
import { fileNameMetadata } from "../model/file-name.js";
import { imageIdOf } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import type { PipelineConfig } from "../model/pipeline-config.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { changeVersion, compareVersions, nextRevision, type Version } from "../model/version.js";
import type { SettleOriginal } from "./settle-original.js";
import type { SettleOpenOptions } from "./work-queue.js";

/** An original that a caller holds in its hands. */
export interface ImageInput {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** What the caller says it is; kept with the original, never believed. Default `application/octet-stream`. */
  readonly contentType?: string;
  /** What people call the file; kept with the original, shown in the record, never used as a path. Default: the last segment of the key. */
  readonly fileName?: string;
}

/** What processing needs. */
export interface ProcessPorts {
  readonly originals: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly config: PipelineConfig;
  readonly engine: { readonly version: string };
  readonly settle: SettleOriginal;
  readonly settleOpen: (options: SettleOpenOptions) => Promise<unknown>;
}

/** Stores an original and settles it in the same call. */
export class ProcessImage {
  readonly #ports: ProcessPorts;
  readonly #configuration: string;

  constructor(ports: ProcessPorts) {
    this.#ports = ports;
    this.#configuration = configurationDigest(ports.config, ports.engine.version);
  }

  /**
   * Whether processing this input would change nothing: the record is settled, of the same bytes and under the same
   * configuration.
   */
  async isCurrent(input: ImageInput): Promise<boolean> {
    const record = await this.#ports.records.get(imageIdOf(originalKey(input.key)));
    return record !== undefined && this.#settledAlready(record, input.bytes.length, sha256Hex(input.bytes));
  }

  /**
   * Resolves to the settled record, ready or rejected. Bytes that are there already are rendered again only under
   * another configuration or with `force`. Throws what kept it from settling; nothing is lost then, because the stored
   * original and its change remain.
   */
  async run(
    input: ImageInput,
    { force = false, signal }: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<ImageRecord> {
    const { records } = this.#ports;
    const key = originalKey(input.key);
    const record = await records.get(imageIdOf(key), { signal });
    // What nobody has seen needs no comparing.
    const hash = record && sha256Hex(input.bytes);
    if (hash && !force && this.#settledAlready(record, input.bytes.length, hash)) return record;
    const sameBytes = record && isSettled(record) && record.contentHash === hash;
    const version = sameBytes ? await this.#ask(key, record, signal) : await this.#put(input, record, signal);
    const settled = await records.get(imageIdOf(key), { signal });
    if (!settled)
      throw new SafelightError("not-found", `expected an original for ${JSON.stringify(key)} but it is gone`);
    if (compareVersions(settled.version, version) < 0) {
      throw new SafelightError(
        "unavailable",
        "expected the image to be settled but it is not yet; try again",
      );
    }
    return settled;
  }

  #settledAlready(record: ImageRecord, length: number, hash: string): boolean {
    if (!isSettled(record) || record.configuration !== this.#configuration) return false;
    if (record.contentHash !== undefined) return record.contentHash === hash;
    // Rejected without being read: any other bytes over the limit would be rejected in the same words.
    return record.failure?.code === "too-large" && length > this.#ports.config.uploads.maxBytes;
  }

  async #put(input: ImageInput, record: ImageRecord | undefined, signal?: AbortSignal): Promise<Version> {
    const { key, bytes, contentType = "application/octet-stream" } = input;
    const metadata = fileNameMetadata(input.fileName);
    const { etag, sequencer } = await this.#ports.originals.put(key, bytes, {
      contentType,
      metadata,
      signal,
    });
    if (sequencer === undefined) return this.#ask(key, record, signal);
    const version = changeVersion(sequencer);
    await this.#ports.settleOpen({ key, signal });
    if (await this.#isBefore(key, version)) {
      // Somebody else holds the change, or settling it failed: do it here, where the caller sees why.
      const change = { type: "created" as const, key, sequencer, etag };
      await this.#ports.settle.settle({ id: "", change, receives: 1 }, { signal });
    }
    return version;
  }

  async #ask(key: string, record: ImageRecord | undefined, signal?: AbortSignal): Promise<Version> {
    const change: Ask = { type: "process", key, version: nextRevision(record?.version) };
    await this.#ports.queue.send(change, { signal });
    await this.#ports.settleOpen({ key, signal });
    if (await this.#isBefore(key, change.version)) {
      await this.#ports.settle.settle({ id: "", change, receives: 1 }, { signal });
    }
    return change.version;
  }

  async #isBefore(key: string, version: Version): Promise<boolean> {
    const record = await this.#ports.records.get(imageIdOf(key));
    return !record || compareVersions(record.version, version) < 0;
  }
}

function isSettled({ status }: ImageRecord): boolean {
  return status === "ready" || status === "rejected";
}
