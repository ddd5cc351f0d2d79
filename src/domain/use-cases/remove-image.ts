import type { BlobStore } from "../../ports/blob-store.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Ask } from "../model/change.js";
import type { ImageId } from "../model/image-id.js";
import { compareVersions, nextRevision } from "../model/version.js";
import type { SettleOriginal } from "./settle-original.js";
import { type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";
import type { SettleOpenOptions } from "./work-queue.js";

/** What removing needs. */
export interface RemovePorts extends OutboxPorts {
  readonly originals: BlobStore;
  readonly queue: ChangeQueue;
  readonly settle: SettleOriginal;
  readonly settleOpen: (options: SettleOpenOptions) => Promise<unknown>;
}

/** Removes an image everywhere: original, renditions, CDN paths and record. */
export class RemoveImage {
  readonly #ports: RemovePorts;

  constructor(ports: RemovePorts) {
    this.#ports = ports;
  }

  /**
   * Resolves to true once the image is gone, to false if there is no such image. The version is fixed before the
   * original is deleted: read afterwards, it could be that of an upload which came in between, and the removal would
   * take that upload away. The ask is durable before the original is deleted, so a crash after that leaves the rest to
   * be finished; after a crash before it, nothing has happened.
   */
  async run(imageId: ImageId, { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
    const { records, originals, queue } = this.#ports;
    const record = await records.get(imageId, { signal });
    if (!record) return false;
    if (record.status === "removed") {
      await workOffOutbox(this.#ports, record, { cleanUp: record.outbox !== undefined, signal });
      return false;
    }
    const { key } = record;
    const version = nextRevision(record.version);
    const change: Ask = { type: "remove", key, version };
    await queue.send(change, { signal });
    await originals.delete(key, { signal });
    await this.#ports.settleOpen({ key, signal });
    const settled = await records.get(imageId, { signal });
    if (settled && compareVersions(settled.version, version) < 0) {
      await this.#ports.settle.settle({ id: "", change, receives: 1 }, { signal });
    }
    return true;
  }
}
