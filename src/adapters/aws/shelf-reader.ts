import { type AttributeValue, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { RecordsTable } from "./dynamo-client.js";
import { calling } from "./faults.js";

/** A row as an index tells it. */
export interface Candidate {
  readonly id: string;
  readonly place: string;
}

/** Which part of an index is read: these shelves, from after `after` or up to `upTo`. */
export interface Reading {
  readonly index: string;
  /** The index's partition key. */
  readonly attribute: string;
  readonly shelves: readonly string[];
  readonly after?: string;
  readonly upTo?: string;
}

/** Reads several shelves as one, in the order of `place`. */
export class ShelfReader {
  readonly #table: RecordsTable;
  readonly #reading: Reading;
  readonly #shelves: Shelf[];

  constructor(table: RecordsTable, reading: Reading) {
    this.#table = table;
    this.#reading = reading;
    this.#shelves = reading.shelves.map((name) => ({ name, read: [], ended: false }));
  }

  /** The next `count` rows, fewer only at the end. Each shelf is asked for its even share and a little more. */
  async next(count: number, signal?: AbortSignal): Promise<readonly Candidate[]> {
    const share = Math.ceil(count / this.#shelves.length) + 2;
    const rows: Candidate[] = [];
    while (rows.length < count) {
      const empty = this.#shelves.filter(({ read, ended }) => read.length === 0 && !ended);
      await Promise.all(empty.map((shelf) => this.#fill(shelf, share, signal)));
      const nearest = this.#shelves
        .filter(({ read }) => read.length > 0)
        .sort((a, b) => compare(a.read[0]?.place, b.read[0]?.place))[0];
      const row = nearest?.read.shift();
      if (row === undefined) return rows;
      rows.push(row);
    }
    return rows;
  }

  async #fill(shelf: Shelf, limit: number, signal?: AbortSignal): Promise<void> {
    const { index, attribute, after, upTo } = this.#reading;
    const bound =
      after === undefined ? (upTo === undefined ? "" : " AND place <= :bound") : " AND place > :bound";
    const place = after ?? upTo;
    const command = new QueryCommand({
      TableName: this.#table.name,
      IndexName: index,
      KeyConditionExpression: `${attribute} = :shelf${bound}`,
      ExpressionAttributeValues: {
        ":shelf": { S: shelf.name },
        ...(place !== undefined && { ":bound": { S: place } }),
      },
      Limit: limit,
      // By key and not by place: an entry that no longer holds may have the same place as the one that does.
      ...(shelf.from && { ExclusiveStartKey: shelf.from }),
    });
    const answer = await calling("listing records", signal, (options) =>
      this.#table.client.send(command, options),
    );
    for (const { imageId, place } of answer.Items ?? [])
      if (imageId?.S !== undefined && place?.S !== undefined)
        shelf.read.push({ id: imageId.S, place: place.S });
    shelf.from = answer.LastEvaluatedKey;
    shelf.ended = answer.LastEvaluatedKey === undefined;
  }
}

interface Shelf {
  readonly name: string;
  readonly read: Candidate[];
  from?: Record<string, AttributeValue> | undefined;
  ended: boolean;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
