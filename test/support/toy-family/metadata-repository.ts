import {
  createChangedRecordError,
  type ImageId,
  type ImageRecord,
  type ListQuery,
  type MetadataRepository,
  type Page,
  type Replaced,
} from "../../../src/index.js";
import type { ToyConnection } from "./connection.js";
import type { ToyRow } from "./service.js";

/** Records as rows of the toy service, each written if the row still has the label of the record that is replaced. */
export class ToyMetadataRepository implements MetadataRepository {
  readonly #connection: ToyConnection;

  constructor(connection: ToyConnection) {
    this.#connection = connection;
  }

  async get(imageId: ImageId): Promise<ImageRecord | undefined> {
    const row = await this.#connection.request("get", (service) => service.getRow(imageId));
    return row && JSON.parse(row.text);
  }

  async getMany(imageIds: readonly ImageId[]): Promise<readonly ImageRecord[]> {
    return (await this.#readRecords("getMany")).filter(({ imageId }) => imageIds.includes(imageId));
  }

  async commit(record: ImageRecord, { replacing }: { replacing: Replaced | "nothing" }): Promise<void> {
    await this.#swap(record.imageId, replacing, {
      label: formatLabel(record),
      text: JSON.stringify(record),
    });
  }

  async list({ limit, cursor, status, tag, owner }: ListQuery): Promise<Page<ImageRecord>> {
    const found = (await this.#readRecords("list"))
      .filter((record) => record.status !== "removed" && (status === undefined || record.status === status))
      .filter((record) => tag === undefined || record.tags.includes(tag))
      .filter((record) => owner === undefined || record.owner === owner)
      .map((record) => ({ record, place: formatSortKey(record) }))
      .filter(({ place }) => cursor === undefined || place > cursor)
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const items = found.slice(0, limit).map(({ record }) => record);
    const last = found[limit - 1];
    return last && found.length > limit ? { items, cursor: last.place } : { items };
  }

  async scan({ limit, cursor = "" }: Pick<ListQuery, "limit" | "cursor">): Promise<Page<ImageRecord>> {
    const following = (await this.#readRecords("scan"))
      .filter(({ imageId }) => imageId > cursor)
      .sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
    const items = following.slice(0, limit);
    const last = items.at(-1);
    return last && following.length > limit ? { items, cursor: last.imageId } : { items };
  }

  async purge(imageId: ImageId, { replacing }: { replacing: Replaced }): Promise<void> {
    await this.#swap(imageId, replacing, undefined);
  }

  /** Without a row, a deletion has nothing to do. */
  async #swap(imageId: ImageId, replacing: Replaced | "nothing", row: ToyRow | undefined): Promise<void> {
    const label = replacing === "nothing" ? undefined : formatLabel(replacing);
    const found = await this.#connection.request("write", (service) => {
      const there = service.getRow(imageId)?.label;
      const done = service.swapRow(imageId, label, row) || (row === undefined && there === undefined);
      return { done, there };
    });
    if (!found.done) throw createChangedRecordError(replacing, found.there && JSON.parse(found.there));
  }

  async #readRecords(what: string): Promise<ImageRecord[]> {
    const rows = await this.#connection.request(what, (service) => service.listRows());
    return rows.map(({ text }) => JSON.parse(text));
  }
}

/** Formats what a write replaces, differently for each edition. */
function formatLabel({ version, edition }: Replaced): string {
  const { epoch, sequencer, revision } = version;
  return JSON.stringify({ version: { epoch, sequencer, revision }, edition });
}

/** Text that sorts as a listing does: the newest first, then by id. */
function formatSortKey({ createdAt, imageId }: ImageRecord): string {
  return `${String(8.64e15 - Date.parse(createdAt)).padStart(17, "0")} ${imageId}`;
}
