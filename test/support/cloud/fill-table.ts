import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshalItem, toItem } from "../../../src/adapters/aws/record-item.js";
import { deriveEntries, type EntryOptions } from "../../../src/adapters/aws/records-layout.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";

/** Most rows that DynamoDB takes at once, and how many such requests are under way. */
const BATCH = 25;
const AT_ONCE = 8;

/**
 * Lays records into a table as a repository's commits would leave them, its own rows and entries, only faster:
 * nothing is compared and nothing is read.
 */
export async function fillTable(
  client: Pick<DynamoDBClient, "send">,
  table: string,
  records: readonly ImageRecord[],
  options: EntryOptions = {},
): Promise<void> {
  const rows = records.flatMap((record) => [
    toItem(record, { commitId: "filled" }),
    ...[...deriveEntries(record, options).values()].map((entry) => marshalItem({ ...entry })),
  ]);
  const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) =>
    rows.slice(index * BATCH, (index + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
  );
  const left = batches.values();
  const writeBatches = async () => {
    for (const batch of left) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: batch } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0)
        throw new Error("the table took only a part of a batch");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writeBatches));
}
