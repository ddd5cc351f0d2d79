import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import {
  compareInListing,
  compareInSearch,
  formatListingPosition,
  formatSearchPosition,
  parseListingPosition,
  parseSearchPosition,
} from "../../domain/model/listing-position.js";
import type { Page } from "../../domain/model/page.js";
import { readSearchName } from "../../domain/model/search-name.js";
import { compareVersions } from "../../domain/model/version.js";
import { createChangedRecordError } from "../../ports/checked/index.js";
import type { ListQuery, MetadataRepository, NameQuery, Replaced } from "../../ports/metadata-repository.js";

/** Records in a map. Every method is one synchronous step, so every write is atomic. */
export class MemoryMetadataRepository implements MetadataRepository {
  readonly #records = new Map<ImageId, ImageRecord>();

  async get(imageId: ImageId): Promise<ImageRecord | undefined> {
    return structuredClone(this.#records.get(imageId));
  }

  async getMany(imageIds: readonly ImageId[]): Promise<readonly ImageRecord[]> {
    return imageIds.flatMap((imageId) => structuredClone(this.#records.get(imageId)) ?? []);
  }

  async commit(record: ImageRecord, { replacing }: { replacing: Replaced | "nothing" }): Promise<void> {
    this.#assertReplaces(this.#records.get(record.imageId), replacing);
    this.#records.set(record.imageId, structuredClone(record));
  }

  async list({ limit, cursor, status, tag, owner }: ListQuery): Promise<Page<ImageRecord>> {
    const after = cursor === undefined ? undefined : parseListingPosition(cursor);
    const following = [...this.#records.values()]
      .filter((record) => record.status !== "removed" && (status === undefined || record.status === status))
      .filter((record) => tag === undefined || record.tags.includes(tag))
      .filter((record) => owner === undefined || record.owner === owner)
      .filter((record) => after === undefined || compareInListing(after, record) < 0)
      .sort(compareInListing);
    const items = following.slice(0, limit);
    const last = items.at(-1);
    return structuredClone(
      last && following.length > items.length ? { items, cursor: formatListingPosition(last) } : { items },
    );
  }

  async listByName({ limit, cursor, name, status, owner }: NameQuery): Promise<Page<ImageRecord>> {
    const after = cursor === undefined ? undefined : parseSearchPosition(cursor, name);
    const following = [...this.#records.values()]
      .filter((record) => record.status !== "removed" && (status === undefined || record.status === status))
      .filter((record) => owner === undefined || record.owner === owner)
      .map((record) => ({ record, end: { ...record, name: readSearchName(record) } }))
      .filter(({ end }) => end.name.startsWith(name))
      .filter(({ end }) => after === undefined || compareInSearch(after, end) < 0)
      .sort((a, b) => compareInSearch(a.end, b.end));
    const items = following.slice(0, limit).map(({ record }) => record);
    const last = following[limit - 1];
    return structuredClone(
      last && following.length > limit ? { items, cursor: formatSearchPosition(last.end) } : { items },
    );
  }

  async scan({ limit, cursor = "" }: Pick<ListQuery, "limit" | "cursor">): Promise<Page<ImageRecord>> {
    const following = [...this.#records.values()]
      .filter(({ imageId }) => imageId > cursor)
      .sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
    const items = following.slice(0, limit);
    const last = items.at(-1);
    return structuredClone(
      last && following.length > items.length ? { items, cursor: last.imageId } : { items },
    );
  }

  async purge(imageId: ImageId, { replacing }: { replacing: Replaced }): Promise<void> {
    const current = this.#records.get(imageId);
    if (!current) return;
    this.#assertReplaces(current, replacing);
    this.#records.delete(imageId);
  }

  #assertReplaces(current: ImageRecord | undefined, replacing: Replaced | "nothing"): void {
    const holds =
      current === undefined || replacing === "nothing"
        ? current === undefined && replacing === "nothing"
        : current.edition === replacing.edition && compareVersions(current.version, replacing.version) === 0;
    if (!holds) throw createChangedRecordError(replacing, current);
  }
}
