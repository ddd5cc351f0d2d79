import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { LISTING, LISTING_BY_STATUS } from "../../../src/adapters/aws/records-layout.js";

/**
 * Starts what the tests take for DynamoDB, on a free port of this machine. It refuses every scan, as the role of a
 * deployment does: whichever test makes the code read a whole table fails, unless it is of those that compare all there
 * is and says so with `scans`.
 */
export async function startDynamo({ scans = false } = {}) {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  if (!scans) refuseScans(server);
  // A connection that is closed while a request is on its way would look like a fault of the service.
  server.keepAliveTimeout = 0;
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
      AttributeDefinitions: ["imageId", "sortKey", LISTING.partitionKey, LISTING_BY_STATUS.partitionKey].map(
        (attribute) => ({
          AttributeName: attribute,
          AttributeType: "S",
        }),
      ),
      KeySchema: [{ AttributeName: "imageId", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [LISTING, LISTING_BY_STATUS].map(({ index, partitionKey }) => ({
        IndexName: index,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: "HASH" },
          { AttributeName: "sortKey", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
    }),
  );
  // The emulator makes it a turn later, which a busy machine notices.
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName: name });
}

function refuseScans(server: Server): void {
  const [answer] = server.listeners("request") as RequestListener[];
  if (!answer) throw new Error("the emulator has no listener for requests");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!/\.(Scan|ExecuteStatement)$/.test(String(request.headers["x-amz-target"])))
      return answer(request, response);
    const body = { __type: "com.amazon.coral.service#AccessDeniedException", message: "nobody may scan" };
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
}
