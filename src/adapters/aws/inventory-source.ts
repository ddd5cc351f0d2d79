import { createReadStream, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { quote, refusalInWords } from "../../domain/model/errors.js";
import { callService, readHttpStatus } from "../s3/sdk-errors.js";

/** Where an inventory is read from. */
export interface InventorySource {
  readManifest(): Promise<string>;
  /** Opens one of the files, by its key. */
  open(key: string): Promise<Readable>;
}

/**
 * Finds an inventory by its manifest: `s3://bucket/path/manifest.json`, whose files lie in the same bucket, or the path of a
 * copy, whose files lie beside it or in `../data`, as S3 lays them. Throws `not-found` for what is not there.
 */
export function openInventory(manifest: string): InventorySource {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(manifest) ?? [];
  return bucket !== undefined && key !== undefined ? openBucket(bucket, key) : openFolder(manifest);
}

function openBucket(bucket: string, manifest: string): InventorySource {
  const open = (key: string): Promise<Readable> =>
    callService("S3 GetObject", undefined, async () => {
      const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      const client = new S3Client({ followRegionRedirects: true });
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return Body as Readable;
      } catch (error) {
        if (readHttpStatus(error) === 404) throw refuseMissing(`s3://${bucket}/${key}`);
        throw error;
      }
    });
  return {
    open,
    readManifest: async () => Buffer.concat(await (await open(manifest)).toArray()).toString(),
  };
}

function openFolder(manifest: string): InventorySource {
  const folder = dirname(manifest);
  const find = (...paths: readonly string[]) => {
    const found = paths.find((path) => existsSync(path));
    if (found === undefined) throw refuseMissing(paths[0]);
    return found;
  };
  return {
    readManifest: async () => readFileSync(find(manifest), "utf8"),
    open: async (key) =>
      createReadStream(find(join(folder, basename(key)), join(folder, "..", "data", basename(key)))),
  };
}

function refuseMissing(path: string | undefined) {
  return refusalInWords("not-found", "a file that is there", "--inventory", quote(path));
}
