import type { BlobStore } from "../../ports/blob-store.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import { fileNameMetadata, storedFileName } from "../model/file-name.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import { originalKey } from "../model/original-key.js";
import { commitPending } from "./commit-pending.js";
import type { ImageInput } from "./process-image.js";

/** Accepts an original without waiting for its renditions: whoever works the queue settles it. */
export class UploadImage {
  readonly #originals: BlobStore;
  readonly #records: MetadataRepository;

  constructor({ originals, records }: { originals: BlobStore; records: MetadataRepository }) {
    this.#originals = originals;
    this.#records = records;
  }

  /**
   * Stores the original, then a pending record if the image has none. In this order: a record whose original was
   * never stored would stay pending for ever, an original without a record is settled by its change.
   */
  async run(input: ImageInput, { signal }: { signal?: AbortSignal } = {}): Promise<ImageId> {
    const { bytes, contentType = "application/octet-stream" } = input;
    const key = originalKey(input.key);
    await this.#originals.put(key, bytes, {
      contentType,
      metadata: fileNameMetadata(input.fileName),
      signal,
    });
    const { storedAt, metadata } = await this.#originals.head(key, { signal });
    await commitPending(
      this.#records,
      { key, fileName: storedFileName({ key, metadata }) },
      storedAt,
      signal,
    );
    return imageIdOf(key);
  }
}
