import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageDescription } from "../model/image-record.js";
import { describeWithUrls } from "./describe-with-urls.js";

/** Shows one image. */
export class GetImage {
  readonly #records: MetadataRepository;
  readonly #urls: CdnUrls;

  constructor({ records, urls }: { records: MetadataRepository; urls: CdnUrls }) {
    this.#records = records;
    this.#urls = urls;
  }

  /** Resolves to the image with the URLs of its renditions, or `undefined` if there is none or it was removed. */
  async run(
    imageId: ImageId,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<ImageDescription | undefined> {
    const record = await this.#records.get(imageId, { signal });
    return record && record.status !== "removed" ? describeWithUrls(record, this.#urls) : undefined;
  }
}
