import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { CallOptions } from "../../ports/call-options.js";
import type { StatusDocuments, StatusName, StatusStore } from "../../ports/status-store.js";
import { callService, readErrorName } from "../s3/sdk-errors.js";
import type { RecordsClient, RecordsTable } from "./dynamo-client.js";
import { marshalItem } from "./record-item.js";
import { DEFAULT_TABLE, formatStatusId, SCHEMA_VERSION } from "./records-layout.js";

/** Documents as items in the table of the records, in no index: a listing never meets them. */
export class DynamoStatusStore implements StatusStore {
  readonly #table: RecordsTable;

  /** `table` is `ImageMetadata` by default. */
  constructor({ client, table = DEFAULT_TABLE }: { client: RecordsClient; table?: string }) {
    this.#table = { client, name: table };
  }

  async get<Name extends StatusName>(
    name: Name,
    { signal }: CallOptions = {},
  ): Promise<StatusDocuments[Name] | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table.name,
      Key: { imageId: { S: formatStatusId(name) } },
      ConsistentRead: true,
    });
    const { Item } = await callService("DynamoDB GetItem", signal, (options) =>
      this.#table.client.send(command, options),
    );
    // What another version of Safelight has said is not understood here, and nothing depends on it.
    return Item?.schema?.N === String(SCHEMA_VERSION) && Item.document?.S !== undefined
      ? JSON.parse(Item.document.S)
      : undefined;
  }

  async put<Name extends StatusName>(
    name: Name,
    document: StatusDocuments[Name],
    { signal }: CallOptions = {},
  ): Promise<void> {
    const { at } = document;
    const command = new PutItemCommand({
      TableName: this.#table.name,
      Item: marshalItem({
        imageId: formatStatusId(name),
        schema: SCHEMA_VERSION,
        at,
        document: JSON.stringify(document),
      }),
      ConditionExpression: "attribute_not_exists(imageId) OR #at <= :at",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":at": { S: at } },
    });
    await callService("DynamoDB PutItem", signal, async (options) => {
      try {
        await this.#table.client.send(command, options);
      } catch (error) {
        // What is there is of a later time.
        if (readErrorName(error) !== "ConditionalCheckFailedException") throw error;
      }
    });
  }
}
