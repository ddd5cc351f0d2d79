import type { BlobStore } from "../../ports/blob-store.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import { SafelightError, shown } from "../model/errors.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import { originalKey } from "../model/original-key.js";
import { configurationDigest, type PipelineConfig } from "../model/pipeline-config.js";
import { nextRevision, type Version } from "../model/version.js";
import { lookAtOriginal } from "./look-at-original.js";

/** What was asked for is done once the record of the image has this version or a newer one, and no outbox if it is removed. */
export interface Asked {
  readonly imageId: ImageId;
  readonly key: string;
  readonly version: Version;
}

/** What asking for processing needs. Of the engine no more than its version: who asks need not be able to render. */
export interface AskToProcessPorts {
  readonly originals: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
  readonly config: PipelineConfig;
  readonly engine: { readonly version: string };
}

/** Asks for an original that is stored already to be processed, without rendering anything here. */
export class AskToProcess {
  readonly #ports: AskToProcessPorts;
  readonly #configuration: string;

  constructor(ports: AskToProcessPorts) {
    this.#ports = ports;
    this.#configuration = configurationDigest(ports.config, ports.engine.version);
  }

  /**
   * Resolves once the ask is durable. An original whose record is settled by this very configuration is not asked
   * for again, unless forced. Throws `not-found` if nothing lies under the key.
   */
  async run(
    key: string,
    { force = false, signal }: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<Asked> {
    const { originals, records, queue } = this.#ports;
    const imageId = imageIdOf(originalKey(key));
    // The version is fixed before the original is looked at: an upload in between is newer than this ask.
    const record = await records.get(imageId, { signal });
    const found = await lookAtOriginal(originals, key, signal);
    if (!found) {
      throw new SafelightError(
        "not-found",
        `expected the key of a stored original but received ${shown(key)}`,
      );
    }
    const settled = record && (record.status === "ready" || record.status === "rejected");
    // A record is as old as the original that it was made from: another time of storing is another original.
    const current =
      settled &&
      record.configuration === this.#configuration &&
      record.createdAt === found.storedAt.toISOString();
    if (current && !force) return { imageId, key, version: record.version };
    const version = nextRevision(record?.version);
    await queue.send({ type: "process", key, version }, { signal });
    return { imageId, key, version };
  }
}
