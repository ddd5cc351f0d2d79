import { startFauxqs } from "fauxqs";
import { ACCOUNT } from "../cloud/clients.js";
import type { S3StoreServer } from "./server.js";

/** Starts a store in memory that checks no signatures and takes no forms. */
export async function startFauxqsStore(): Promise<S3StoreServer> {
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  let count = 0;
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: ACCOUNT,
    async createBucket() {
      count += 1;
      const name = `bucket-${count}`;
      server.createBucket(name);
      return name;
    },
    close: () => server.stop(),
  };
}
