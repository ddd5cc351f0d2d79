import { randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { invalidInput } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { Page } from "../../domain/model/page.js";
import { findPrefixEnd } from "../../domain/model/search-name.js";
import type { CallOptions } from "../../ports/call-options.js";
import { createChangedRecordError } from "../../ports/checked/index.js";
import type { ListQuery, MetadataRepository, NameQuery, Replaced } from "../../ports/metadata-repository.js";
import { callService, readErrorName, type SdkCallOptions, type ServiceCall } from "../s3/sdk-errors.js";
import { readAll, writeAll } from "./dynamo-batches.js";
import type { RecordsClient, RecordsTable } from "./dynamo-client.js";
import { type Item, marshalItem, toItem, toRecord } from "./record-item.js";
import {
  buildVersionCondition,
  DEFAULT_TABLE,
  deriveEntries,
  deriveEntryId,
  deriveSortKey,
  type EntryOptions,
  IF_ABSENT,
  isRowId,
  isSortKey,
  LISTING,
  LISTING_BY_STATUS,
  type ListFilter,
  listPartitions,
  readImageId,
} from "./records-layout.js";
import { type IndexRow, ShardedQuery } from "./sharded-query.js";

/**
 * Records in a DynamoDB table: one item per image, written conditionally, and one small entry for each of its tags,
 * its owner and, by option, its name. Listings query an index and then read the records themselves: a listing may miss a record until DynamoDB has
 * updated the index, but never shows one that does not belong in it.
 */
export class DynamoMetadataRepository implements MetadataRepository {
  readonly #table: RecordsTable;
  readonly #publicUrl: ((renditionKey: string) => string | undefined) | undefined;
  readonly #entries: EntryOptions;
  /** There with the option `searchByName`. */
  readonly listByName?: NonNullable<MetadataRepository["listByName"]>;

  /**
   * `searchByName`: whether each image has an entry of its name as well, which makes `listByName` possible and writes dearer;
   * what was written without is found once it is written again. Default false. `table` is `ImageMetadata` by default. `publicUrl` computes the URLs that are written to the table; by default none are.
   */
  constructor(options: {
    client: RecordsClient;
    table?: string;
    publicUrl?: (renditionKey: string) => string | undefined;
    searchByName?: boolean;
  }) {
    this.#table = { client: options.client, name: options.table ?? DEFAULT_TABLE };
    this.#publicUrl = options.publicUrl;
    this.#entries = { searchByName: options.searchByName ?? false };
    if (options.searchByName) this.listByName = (query, call) => this.#search(query, call);
  }

  async get(imageId: ImageId, { signal }: CallOptions = {}): Promise<ImageRecord | undefined> {
    return toRecord(await this.#readItem(imageId, signal));
  }

  async getMany(imageIds: readonly ImageId[], { signal }: CallOptions = {}): Promise<readonly ImageRecord[]> {
    const items = await readAll(this.#table, imageIds, signal);
    return [...items.values()].flatMap((item) => toRecord(item) ?? []);
  }

  /**
   * Writes the entries before the record, and deletes those that they replace after it. So a record never lacks an entry;
   * a stale entry, left by a crash or a lost race, is recognized when the record is read.
   */
  async commit(
    record: ImageRecord,
    { replacing, signal }: CallOptions & { replacing: Replaced | "nothing" },
  ): Promise<void> {
    const commitId = randomUUID();
    const entries = deriveEntries(record, this.#entries);
    const puts = [...entries.values()].map((entry) => ({ PutRequest: { Item: marshalItem({ ...entry }) } }));
    await writeAll(this.#table, puts, signal);
    const command = new PutItemCommand({
      TableName: this.#table.name,
      Item: toItem(record, { commitId, ...this.#collectUrls(record) }),
      ...(replacing === "nothing" ? IF_ABSENT : buildVersionCondition(replacing)),
      ReturnValues: "ALL_OLD",
    });
    const write = (options: SdkCallOptions) => this.#table.client.send(command, options);
    const context = { imageId: record.imageId, replacing, commitId, signal };
    const replaced = await this.#writeConditionally("DynamoDB PutItem", write, context);
    if (replaced) await this.#dropEntries(replaced, new Set(entries.keys()), signal);
  }

  async list({ cursor, ...query }: ListQuery, options: CallOptions = {}): Promise<Page<ImageRecord>> {
    if (cursor !== undefined && !isSortKey(cursor))
      throw invalidInput("a cursor from an earlier page", "cursor", cursor);
    return this.#readPage(query, { ...options, after: cursor });
  }

  async #search(
    { cursor, name, ...query }: NameQuery,
    options: CallOptions = {},
  ): Promise<Page<ImageRecord>> {
    if (cursor !== undefined && !isSortKey(cursor, name))
      throw invalidInput("a cursor from an earlier page", "cursor", cursor);
    // Every key of a search goes on after the name, so none of them is the beginning itself.
    const range = { after: cursor ?? name, upTo: findPrefixEnd(name) };
    return this.#readPage({ ...query, name: true }, { ...options, ...range });
  }

  async #readPage(
    { limit, status, ...filter }: Omit<ListQuery, "cursor"> & ListFilter,
    { signal, ...range }: CallOptions & { readonly after?: string; readonly upTo?: string },
  ): Promise<Page<ImageRecord>> {
    const { index, partitionKey } = status === undefined ? LISTING : LISTING_BY_STATUS;
    const { tag, owner, name } = filter;
    const partitions = listPartitions({ status, ...filter });
    const query = new ShardedQuery(this.#table, { index, partitionKey, partitions, ...range });
    const isNarrow = tag !== undefined || owner !== undefined || name !== undefined;
    const isListed = (record: ImageRecord, { id, sortKey }: IndexRow) =>
      record.status !== "removed" &&
      (status === undefined || record.status === status) &&
      (tag === undefined || record.tags.includes(tag)) &&
      (owner === undefined || record.owner === owner) &&
      id === (isNarrow ? deriveEntryId(record, filter) : record.imageId) &&
      sortKey === deriveSortKey(record, filter);
    // One more than requested shows whether anything follows.
    const found = await this.#readRecords(query, limit + 1, isListed, signal);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return last !== undefined && found.length > limit
      ? { items, cursor: deriveSortKey(last, filter) }
      : { items };
  }

  /**
   * One Scan a page, of the table itself: no index has all tombstones, and to query one and then read its records costs
   * several times as much. Not consistent, which halves the price. `limit` counts the rows that are read, entries included.
   */
  async scan(
    { limit, cursor }: Pick<ListQuery, "limit" | "cursor">,
    { signal }: CallOptions = {},
  ): Promise<Page<ImageRecord>> {
    if (cursor !== undefined && !isRowId(cursor))
      throw invalidInput("a cursor from an earlier page", "cursor", cursor);
    const command = new ScanCommand({
      TableName: this.#table.name,
      ProjectionExpression: "imageId, #schema, #record",
      ExpressionAttributeNames: { "#schema": "schema", "#record": "record" },
      Limit: limit,
      ...(cursor !== undefined && { ExclusiveStartKey: { imageId: { S: cursor } } }),
    });
    const { Items = [], LastEvaluatedKey } = await callService("DynamoDB Scan", signal, (options) =>
      this.#table.client.send(command, options),
    );
    const items = Items.flatMap((item) => toRecord(item) ?? []);
    const last = LastEvaluatedKey?.imageId?.S;
    return last === undefined ? { items } : { items, cursor: last };
  }

  async purge(imageId: ImageId, { replacing, signal }: CallOptions & { replacing: Replaced }): Promise<void> {
    const { ConditionExpression, ...condition } = buildVersionCondition(replacing);
    const command = new DeleteItemCommand({
      TableName: this.#table.name,
      Key: { imageId: { S: imageId } },
      ConditionExpression: `${IF_ABSENT.ConditionExpression} OR (${ConditionExpression})`,
      ...condition,
      ReturnValues: "ALL_OLD",
    });
    const write = (options: SdkCallOptions) => this.#table.client.send(command, options);
    const purged = await this.#writeConditionally("DynamoDB DeleteItem", write, {
      imageId,
      replacing,
      signal,
    });
    if (purged) await this.#dropEntries(purged, new Set(), signal);
  }

  async #readItem(imageId: ImageId, signal?: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table.name,
      Key: { imageId: { S: imageId } },
      ConsistentRead: true,
    });
    const { Item } = await callService("DynamoDB GetItem", signal, (options) =>
      this.#table.client.send(command, options),
    );
    return Item;
  }

  /** The next `count` records of a query. An index may be stale, so each of its rows is checked against the record. */
  async #readRecords(
    query: ShardedQuery,
    count: number,
    isListed: (record: ImageRecord, row: IndexRow) => boolean,
    signal?: AbortSignal,
  ): Promise<readonly ImageRecord[]> {
    const found: ImageRecord[] = [];
    while (found.length < count) {
      const wanted = count - found.length;
      const rows = await query.readNext(wanted, signal);
      const ids = rows.map(({ id }) => readImageId(id));
      const items = await readAll(this.#table, ids, signal);
      for (const row of rows) {
        const record = toRecord(items.get(readImageId(row.id)));
        if (record && isListed(record, row)) found.push(record);
      }
      if (rows.length < wanted) break;
    }
    return found;
  }

  /**
   * Runs a conditional write and resolves to what it replaced. A failed condition may be due to our own write: if the
   * answer to the first try was lost, the retry of the SDK finds what the first try wrote.
   */
  async #writeConditionally(
    call: ServiceCall,
    write: (options: SdkCallOptions) => Promise<{ Attributes?: Item }>,
    context: CallOptions & { imageId: ImageId; replacing: Replaced | "nothing"; commitId?: string },
  ): Promise<ImageRecord | undefined> {
    const { imageId, replacing, commitId, signal } = context;
    return callService(call, signal, async (options) => {
      try {
        return toRecord((await write(options)).Attributes);
      } catch (cause) {
        if (readErrorName(cause) !== "ConditionalCheckFailedException") throw cause;
        const current = await this.#readItem(imageId, signal);
        if (commitId !== undefined && current?.commitId?.S === commitId) return undefined;
        throw createChangedRecordError(replacing, toRecord(current), { cause });
      }
    });
  }

  async #dropEntries(record: ImageRecord, keptIds: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
    const staleIds = [...deriveEntries(record, this.#entries).keys()].filter((id) => !keptIds.has(id));
    const requests = staleIds.map((id): WriteRequest => ({ DeleteRequest: { Key: { imageId: { S: id } } } }));
    await writeAll(this.#table, requests, signal);
  }

  #collectUrls({ renditions }: ImageRecord): { urls?: Record<string, string> } {
    const urls = renditions.flatMap(({ name, key }) => {
      const url = this.#publicUrl?.(key);
      return url === undefined ? [] : [[name, url] as const];
    });
    return urls.length === 0 ? {} : { urls: Object.fromEntries(urls) };
  }
}
