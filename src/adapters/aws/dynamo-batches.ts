import { BatchGetItemCommand, BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { SafelightError } from "../../domain/model/errors.js";
import { callService } from "../s3/sdk-errors.js";
import type { RecordsTable } from "./dynamo-client.js";
import type { Item } from "./record-item.js";
import { sleep } from "./sleep.js";

/** DynamoDB's own limits on one batch. */
const MAX_WRITES = 25;
const MAX_READS = 100;

/** Tries for the items that DynamoDB left unprocessed, before it counts as unavailable. */
const MAX_TRIES = 6;

/** Puts and deletes rows without a condition, in any order. */
export async function writeAll(
  { client, name }: RecordsTable,
  requests: readonly WriteRequest[],
  signal?: AbortSignal,
): Promise<void> {
  for (const some of chunk(requests, MAX_WRITES)) {
    await retryUnprocessed(some, signal, async (left) => {
      const answer = await callService("DynamoDB BatchWriteItem", signal, (options) =>
        client.send(new BatchWriteItemCommand({ RequestItems: { [name]: [...left] } }), options),
      );
      return answer.UnprocessedItems?.[name] ?? [];
    });
  }
}

/** The latest committed rows with these ids, each once, by id; those that are not there are left out. */
export async function readAll(
  { client, name }: RecordsTable,
  ids: Iterable<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  const keys = [...new Set(ids)].map((id): Item => ({ imageId: { S: id } }));
  for (const some of chunk(keys, MAX_READS)) {
    await retryUnprocessed(some, signal, async (left) => {
      const request = { [name]: { Keys: [...left], ConsistentRead: true } };
      const answer = await callService("DynamoDB BatchGetItem", signal, (options) =>
        client.send(new BatchGetItemCommand({ RequestItems: request }), options),
      );
      for (const item of answer.Responses?.[name] ?? []) if (item.imageId?.S) found.set(item.imageId.S, item);
      return answer.UnprocessedKeys?.[name]?.Keys ?? [];
    });
  }
  return found;
}

/** A batch may be done in part: when a partition is busy, or when the answer has reached its 16 MB. */
async function retryUnprocessed<T>(
  all: readonly T[],
  signal: AbortSignal | undefined,
  send: (left: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  let left = all;
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries === MAX_TRIES)
      throw new SafelightError(
        "unavailable",
        `DynamoDB left ${left.length} items of a batch unprocessed after ${MAX_TRIES} tries; try again`,
      );
    signal?.throwIfAborted();
    if (tries > 0) await sleep(Math.random() * 50 * 2 ** tries);
    left = await send(left);
  }
}

function chunk<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
