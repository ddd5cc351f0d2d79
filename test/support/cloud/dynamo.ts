import type { AddressInfo } from "node:net";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { LISTING, LISTING_BY_STATUS } from "../../../src/adapters/aws/records-layout.js";

/** Starts what the tests take for DynamoDB, on a free port of this machine. */
export async function startDynamo() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The database as its starter has it. */
export type Dynamo = Awaited<ReturnType<typeof startDynamo>>;

/** Makes the table as a deployment makes it. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["imageId", "place", LISTING.shelf, LISTING_BY_STATUS.shelf].map((attribute) => ({
        AttributeName: attribute,
        AttributeType: "S",
      })),
      KeySchema: [{ AttributeName: "imageId", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [LISTING, LISTING_BY_STATUS].map(({ index, shelf }) => ({
        IndexName: index,
        KeySchema: [
          { AttributeName: shelf, KeyType: "HASH" },
          { AttributeName: "place", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
    }),
  );
}
