import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import type { S3StoreServer } from "./server.js";

/** The account that this store knows, and no other. */
const ACCOUNT = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** Starts a store on the file system that checks signatures and takes forms. */
export async function startS3rver(): Promise<S3StoreServer> {
  const directory = await mkdtemp(join(tmpdir(), "safelight-s3rver-"));
  let count = 0;
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    allowMismatchedSignatures: true,
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: ACCOUNT,
    async createBucket() {
      count += 1;
      const name = `bucket-${count}`;
      // A request for a bucket is not taken without a region's settings; the server's own way needs none.
      server._configureBuckets = [{ name }];
      await server.configureBuckets();
      return name;
    },
    async close() {
      server.httpServer.closeAllConnections();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
