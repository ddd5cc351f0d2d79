import { ACCOUNT } from "../cloud/clients.js";
import { startS3 } from "../cloud/s3/server.js";
import type { S3StoreServer } from "./server.js";

/** Starts a store that checks what Amazon S3 checks. */
export async function startStrictStore(): Promise<S3StoreServer> {
  let count = 0;
  let offset = 0;
  const server = await startS3({ accounts: [ACCOUNT], now: () => new Date(Date.now() + offset) });
  return {
    endpoint: server.endpoint,
    credentials: ACCOUNT,
    async createBucket() {
      offset = 0;
      count += 1;
      server.createBucket(`bucket-${count}`);
      return `bucket-${count}`;
    },
    pass(seconds) {
      offset += seconds * 1_000;
    },
    close: () => server.close(),
  };
}
