import { type AttributeValue, QueryCommand } from "@aws-sdk/client-dynamodb";
import { callService } from "../s3/sdk-errors.js";
import type { RecordsTable } from "./dynamo-client.js";

/** A row of an index: its keys, which are all that the indexes project. */
export interface IndexRow {
  readonly id: string;
  readonly sortKey: string;
}

/** The part of an index that a query reads: these partitions, from after `after`, up to `upTo`, or both (sort keys). */
export interface ShardedQueryOptions {
  readonly index: string;
  /** The attribute that is the index's partition key. */
  readonly partitionKey: string;
  readonly partitions: readonly string[];
  readonly after?: string;
  readonly upTo?: string;
}

/** Queries several partitions of an index as if they were one, in the order of the sort key. */
export class ShardedQuery {
  readonly #table: RecordsTable;
  readonly #options: ShardedQueryOptions;
  readonly #states: PartitionState[];

  constructor(table: RecordsTable, options: ShardedQueryOptions) {
    this.#table = table;
    this.#options = options;
    this.#states = options.partitions.map((partition) => ({ partition, rows: [], isExhausted: false }));
  }

  /** The next `count` rows, fewer only at the end. Each partition is queried for its even share and a little more. */
  async readNext(count: number, signal?: AbortSignal): Promise<readonly IndexRow[]> {
    const share = Math.ceil(count / this.#states.length) + 2;
    const found: IndexRow[] = [];
    while (found.length < count) {
      const empty = this.#states.filter(({ rows, isExhausted }) => rows.length === 0 && !isExhausted);
      await Promise.all(empty.map((state) => this.#fill(state, share, signal)));
      const nearest = this.#states
        .filter(({ rows }) => rows.length > 0)
        .sort((a, b) => compare(a.rows[0]?.sortKey, b.rows[0]?.sortKey))[0];
      const row = nearest?.rows.shift();
      if (row === undefined) return found;
      found.push(row);
    }
    return found;
  }

  async #fill(state: PartitionState, limit: number, signal?: AbortSignal): Promise<void> {
    const { index, partitionKey, after, upTo } = this.#options;
    const range =
      after === undefined
        ? upTo === undefined
          ? ""
          : " AND sortKey <= :upTo"
        : upTo === undefined
          ? " AND sortKey > :after"
          : // The one condition with two ends; it includes both.
            " AND sortKey BETWEEN :after AND :upTo";
    const command = new QueryCommand({
      TableName: this.#table.name,
      IndexName: index,
      KeyConditionExpression: `${partitionKey} = :partition${range}`,
      ExpressionAttributeValues: {
        ":partition": { S: state.partition },
        ...(after !== undefined && { ":after": { S: after } }),
        ...(upTo !== undefined && { ":upTo": { S: upTo } }),
      },
      Limit: limit,
      // The whole key, not the sort key alone: a stale entry may have the same sort key as the current one.
      ...(state.startKey && { ExclusiveStartKey: state.startKey }),
    });
    const answer = await callService("DynamoDB Query", signal, (options) =>
      this.#table.client.send(command, options),
    );
    for (const { imageId, sortKey } of answer.Items ?? [])
      if (imageId?.S !== undefined && sortKey?.S !== undefined && sortKey.S !== after)
        state.rows.push({ id: imageId.S, sortKey: sortKey.S });
    state.startKey = answer.LastEvaluatedKey;
    state.isExhausted = answer.LastEvaluatedKey === undefined;
  }
}

/** How far one partition was read. */
interface PartitionState {
  readonly partition: string;
  readonly rows: IndexRow[];
  startKey?: Record<string, AttributeValue> | undefined;
  isExhausted: boolean;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
