import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoMetadataRepository } from "../../../src/adapters/aws/metadata-repository.js";
import { normalizeS3Sequencer } from "../../../src/adapters/aws/sequencer.js";
import { S3BlobStore } from "../../../src/adapters/s3/blob-store.js";
import { renumberSequencers } from "../../../src/testing/histories/renumber-sequencers.js";
import type { HistoryStores } from "../../../src/testing/histories/stores.js";
import { ACCOUNT, createClientOptions } from "../cloud/clients.js";
import { createTable, startDynamo } from "../cloud/dynamo.js";
import { startS3 } from "../cloud/s3/server.js";

/** Starts S3 and DynamoDB; `open` gives each history buckets and a table of its own. */
export async function startAwsStores() {
  const [s3, dynamo] = await Promise.all([startS3({ accounts: [ACCOUNT] }), startDynamo({ scans: true })]);
  const clients = {
    s3: new S3Client({ ...createClientOptions(s3.endpoint), forcePathStyle: true }),
    dynamodb: new DynamoDBClient(createClientOptions(dynamo.endpoint)),
  };
  /** The last change that S3 reported for each bucket: the history's world passes it on as it likes. */
  const told = new Map<string, string>();
  s3.onChange(
    ({ s3: { bucket, object } }) => void told.set(bucket.name, normalizeS3Sequencer(object.sequencer)),
  );
  let count = 0;
  return {
    open: async (): Promise<HistoryStores> => {
      count += 1;
      const [originals, renditions, table] = [
        `originals-${count}`,
        `renditions-${count}`,
        `records-${count}`,
      ];
      s3.createBucket(originals);
      s3.createBucket(renditions);
      await createTable(clients.dynamodb, table);
      return {
        // S3 tells a change's number in its notification only, which has arrived when the call that made it is answered.
        originals: renumberSequencers(new S3BlobStore({ client: clients.s3, bucket: originals }), () => {
          const sequencer = told.get(originals);
          told.delete(originals);
          return sequencer;
        }),
        renditions: new S3BlobStore({ client: clients.s3, bucket: renditions }),
        records: new DynamoMetadataRepository({ client: clients.dynamodb, table }),
      };
    },
    async close(): Promise<void> {
      for (const client of Object.values(clients)) client.destroy();
      await Promise.all([s3.close(), dynamo.close()]);
    },
  };
}

/** The stores as their starter has them. */
export type AwsStores = Awaited<ReturnType<typeof startAwsStores>>;
