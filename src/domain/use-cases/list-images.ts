import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { ListQuery, MetadataRepository } from "../../ports/metadata-repository.js";
import type { ImageDescription } from "../model/image-record.js";
import type { Page } from "../model/page.js";
import { describeWithUrls } from "./describe-with-urls.js";

/** Lists images. */
export class ListImages {
  readonly #records: MetadataRepository;
  readonly #urls: CdnUrls;

  constructor({ records, urls }: { records: MetadataRepository; urls: CdnUrls }) {
    this.#records = records;
    this.#urls = urls;
  }

  /** Resolves to a page, newest first, removed images left out. Default limit 100. */
  async run(
    query: Partial<ListQuery> = {},
    options?: { signal?: AbortSignal },
  ): Promise<Page<ImageDescription>> {
    const page = await this.#records.list({ limit: 100, ...query }, options);
    const items = await Promise.all(page.items.map((record) => describeWithUrls(record, this.#urls)));
    return page.cursor === undefined ? { items } : { items, cursor: page.cursor };
  }
}
