import { randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { invalidInput } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { Page } from "../../domain/model/page.js";
import type { CallOptions } from "../../ports/call-options.js";
import { changedRecord } from "../../ports/checked/index.js";
import type { ListQuery, MetadataRepository, Replaced } from "../../ports/metadata-repository.js";
import { readAll, writeAll } from "./dynamo-batches.js";
import type { RecordsClient, RecordsTable } from "./dynamo-client.js";
import { calling, nameOf, type SdkCallOptions } from "./faults.js";
import { type Item, itemFrom, itemOf, recordOf } from "./record-item.js";
import {
  ABSENT,
  at,
  entriesOf,
  entryId,
  expiringShelves,
  imageOfRow,
  isPlace,
  LISTING,
  LISTING_BY_STATUS,
  placeOf,
  shelvesOf,
} from "./records-layout.js";
import { type Candidate, ShelfReader } from "./shelf-reader.js";

/** The name of the table when nobody says otherwise. */
const TABLE = "ImageMetadata";

/**
 * Records in a table of DynamoDB: one item an image, written under a condition, and one small entry for each of its
 * tags and its owner beside it. Listings read the indexes and then the records themselves, so a listing may miss a record for the
 * moment that DynamoDB takes to bring an index up to date, but never shows one that does not belong in it.
 */
export class DynamoMetadataRepository implements MetadataRepository {
  readonly #table: RecordsTable;
  readonly #publicUrl: ((renditionKey: string) => string | undefined) | undefined;

  /** `table` is `ImageMetadata` by default. `publicUrl` gives the URLs that people find in the table; by default none. */
  constructor(options: {
    client: RecordsClient;
    table?: string;
    publicUrl?: (renditionKey: string) => string | undefined;
  }) {
    this.#table = { client: options.client, name: options.table ?? TABLE };
    this.#publicUrl = options.publicUrl;
  }

  async get(imageId: ImageId, { signal }: CallOptions = {}): Promise<ImageRecord | undefined> {
    return recordOf(await this.#item(imageId, signal));
  }

  /**
   * The entries are written before the record and what they replace is deleted after it. So a record never lacks
   * an entry, and an entry too many, left by a crash or a lost race, is seen to be none when the record is read.
   */
  async commit(
    record: ImageRecord,
    { replacing, signal }: CallOptions & { replacing: Replaced | "nothing" },
  ): Promise<void> {
    const commitId = randomUUID();
    const entries = entriesOf(record);
    const puts = [...entries.values()].map((entry) => ({ PutRequest: { Item: itemFrom({ ...entry }) } }));
    await writeAll(this.#table, puts, signal);
    const command = new PutItemCommand({
      TableName: this.#table.name,
      Item: itemOf(record, { commitId, ...this.#urls(record) }),
      ...(replacing === "nothing" ? ABSENT : at(replacing)),
      ReturnValues: "ALL_OLD",
    });
    const write = (options: SdkCallOptions) => this.#table.client.send(command, options);
    const told = { imageId: record.imageId, replacing, commitId, signal };
    const replaced = await this.#conditionally(write, told);
    if (replaced) await this.#dropEntries(replaced, new Set(entries.keys()), signal);
  }

  async list(query: ListQuery, { signal }: CallOptions = {}): Promise<Page<ImageRecord>> {
    const { limit, cursor, status, tag, owner } = query;
    const { index, shelf } = status === undefined ? LISTING : LISTING_BY_STATUS;
    if (cursor !== undefined && !isPlace(cursor))
      throw invalidInput("a cursor from an earlier page", "cursor", cursor);
    const reader = new ShelfReader(this.#table, {
      index,
      attribute: shelf,
      shelves: shelvesOf({ status, tag, owner }),
      after: cursor,
    });
    const isNarrow = tag !== undefined || owner !== undefined;
    const belongs = (record: ImageRecord, { id, place }: Candidate) =>
      record.status !== "removed" &&
      (status === undefined || record.status === status) &&
      (tag === undefined || record.tags.includes(tag)) &&
      (owner === undefined || record.owner === owner) &&
      id === (isNarrow ? entryId(record, { tag, owner }) : record.imageId) &&
      place === placeOf(record);
    // One more than asked for tells whether anything follows.
    const found = await this.#records(reader, limit + 1, belongs, signal);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return last !== undefined && found.length > limit ? { items, cursor: placeOf(last) } : { items };
  }

  async listExpired(now: Date, limit: number, { signal }: CallOptions = {}): Promise<readonly ImageRecord[]> {
    const reader = new ShelfReader(this.#table, {
      index: LISTING.index,
      attribute: LISTING.shelf,
      shelves: expiringShelves(),
      upTo: now.toISOString(),
    });
    const belongs = ({ status, expiresAt }: ImageRecord, { place }: Candidate) =>
      status === "removed" && expiresAt === place;
    return this.#records(reader, limit, belongs, signal);
  }

  async purge(imageId: ImageId, { replacing, signal }: CallOptions & { replacing: Replaced }): Promise<void> {
    const { ConditionExpression, ...condition } = at(replacing);
    const command = new DeleteItemCommand({
      TableName: this.#table.name,
      Key: { imageId: { S: imageId } },
      ConditionExpression: `${ABSENT.ConditionExpression} OR (${ConditionExpression})`,
      ...condition,
      ReturnValues: "ALL_OLD",
    });
    const write = (options: SdkCallOptions) => this.#table.client.send(command, options);
    const purged = await this.#conditionally(write, { imageId, replacing, signal });
    if (purged) await this.#dropEntries(purged, new Set(), signal);
  }

  async #item(imageId: ImageId, signal?: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table.name,
      Key: { imageId: { S: imageId } },
      ConsistentRead: true,
    });
    const { Item } = await calling("reading a record", signal, (options) =>
      this.#table.client.send(command, options),
    );
    return Item;
  }

  /** The next `count` records of a reading; what the index tells is checked against the record itself. */
  async #records(
    reader: ShelfReader,
    count: number,
    belongs: (record: ImageRecord, candidate: Candidate) => boolean,
    signal?: AbortSignal,
  ): Promise<readonly ImageRecord[]> {
    const found: ImageRecord[] = [];
    while (found.length < count) {
      const wanted = count - found.length;
      const candidates = await reader.next(wanted, signal);
      const ids = candidates.map(({ id }) => imageOfRow(id));
      const items = await readAll(this.#table, ids, signal);
      for (const candidate of candidates) {
        const record = recordOf(items.get(imageOfRow(candidate.id)));
        if (record && belongs(record, candidate)) found.push(record);
      }
      if (candidates.length < wanted) break;
    }
    return found;
  }

  /**
   * Runs a conditional write and resolves to what it replaced. When its condition failed, the write may still be our own: the answer to a first try was
   * lost, and the try that the SDK made after it met what the first had written.
   */
  async #conditionally(
    write: (options: SdkCallOptions) => Promise<{ Attributes?: Item }>,
    told: CallOptions & { imageId: ImageId; replacing: Replaced | "nothing"; commitId?: string },
  ): Promise<ImageRecord | undefined> {
    const { imageId, replacing, commitId, signal } = told;
    return calling("writing a record", signal, async (options) => {
      try {
        return recordOf((await write(options)).Attributes);
      } catch (cause) {
        if (nameOf(cause) !== "ConditionalCheckFailedException") throw cause;
        const current = await this.#item(imageId, signal);
        if (commitId !== undefined && current?.commitId?.S === commitId) return undefined;
        throw changedRecord(replacing, recordOf(current), { cause });
      }
    });
  }

  async #dropEntries(record: ImageRecord, kept: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
    const gone = [...entriesOf(record).keys()].filter((id) => !kept.has(id));
    const requests = gone.map((id): WriteRequest => ({ DeleteRequest: { Key: { imageId: { S: id } } } }));
    await writeAll(this.#table, requests, signal);
  }

  #urls({ renditions }: ImageRecord): { urls?: Record<string, string> } {
    const urls = renditions.flatMap(({ name, key }) => {
      const url = this.#publicUrl?.(key);
      return url === undefined ? [] : [[name, url] as const];
    });
    return urls.length === 0 ? {} : { urls: Object.fromEntries(urls) };
  }
}
