import { randomBytes } from "node:crypto";
import { startSharedServer, toConnectionString } from "../postgres/server.js";
import type { S3StoreServer } from "../s3-stores/server.js";

/** A schema of a database and two buckets for processes to share, as settings that name them. */
export interface SharedStores {
  readonly settings: NodeJS.ProcessEnv;
  readonly connectionString: string;
  readonly schema: string;
}

/** Makes a place of its own for the processes of one test, on a store that runs. */
export async function createSharedStores(store: S3StoreServer): Promise<SharedStores> {
  const connectionString = toConnectionString(await startSharedServer());
  const schema = `test_${randomBytes(6).toString("hex")}`;
  return {
    connectionString,
    schema,
    settings: {
      SAFELIGHT_STORES: "s3+postgres",
      SAFELIGHT_ORIGINALS_BUCKET: await store.createBucket(),
      SAFELIGHT_RENDITIONS_BUCKET: await store.createBucket(),
      SAFELIGHT_RENDITIONS_URL: "https://images.example/renditions",
      SAFELIGHT_S3_ENDPOINT: store.endpoint,
      SAFELIGHT_S3_ACCESS_KEY_ID: store.credentials.accessKeyId,
      SAFELIGHT_S3_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
      SAFELIGHT_DATABASE_URL: connectionString,
      SAFELIGHT_DATABASE_SCHEMA: schema,
    },
  };
}
