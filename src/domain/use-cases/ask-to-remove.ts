import type { BlobStore } from "../../ports/blob-store.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { ImageId } from "../model/image-id.js";
import { nextRevision } from "../model/version.js";
import type { Asked } from "./ask-to-process.js";

/** What asking for a removal needs. */
export interface AskToRemovePorts {
  readonly originals: BlobStore;
  readonly records: MetadataRepository;
  readonly queue: ChangeQueue;
}

/** Asks for an image to be removed everywhere: the original goes at once, the rest once its ask is settled. */
export class AskToRemove {
  readonly #ports: AskToRemovePorts;

  constructor(ports: AskToRemovePorts) {
    this.#ports = ports;
  }

  /**
   * Resolves once the ask is durable and the original is deleted, to `undefined` if there never was such an image.
   * In this order, with the version fixed first, for the reasons that `RemoveImage` has. A removal that nobody has
   * finished is asked for again, so that repeating it gets it done.
   */
  async run(imageId: ImageId, { signal }: { signal?: AbortSignal } = {}): Promise<Asked | undefined> {
    const { originals, records, queue } = this.#ports;
    const record = await records.get(imageId, { signal });
    if (!record) return undefined;
    const { key } = record;
    const version = nextRevision(record.version);
    if (record.status === "removed") {
      if (record.outbox) await queue.send({ type: "remove", key, version }, { signal });
      return { imageId, key, version: record.version };
    }
    await queue.send({ type: "remove", key, version }, { signal });
    await originals.delete(key, { signal });
    return { imageId, key, version };
  }
}
