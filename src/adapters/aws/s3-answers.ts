import type { _Object, GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { SafelightError } from "../../domain/model/errors.js";
import { type Etag, etag } from "../../domain/model/etag.js";
import type { BlobInfo, ListedBlob } from "../../ports/blob-store.js";

/** What the answer to a read says about a blob, without its bytes. */
export function blobInfoOf(key: string, answer: GetObjectCommandOutput | HeadObjectCommandOutput): BlobInfo {
  const { ContentLength, ContentType, LastModified, CacheControl, ContentDisposition, Metadata } = answer;
  return {
    key,
    size: told("size", ContentLength),
    etag: etagOf(answer),
    contentType: ContentType ?? "application/octet-stream",
    storedAt: told("time", LastModified),
    ...(CacheControl !== undefined && { cacheControl: CacheControl }),
    ...(ContentDisposition !== undefined && { disposition: ContentDisposition }),
    metadata: { ...Metadata },
  };
}

/** One entry of a listing; its key arrives URL-encoded. */
export function listedBlob(entry: _Object): ListedBlob {
  return {
    key: decodedKey(told("key", entry.Key)),
    size: told("size", entry.Size),
    etag: etagOf(entry),
    storedAt: told("time", entry.LastModified),
  };
}

/** The etag without the quotes around it: the form in which notifications tell it. */
export function etagOf({ ETag }: { ETag?: string | undefined }): Etag {
  return etag(told("etag", ETag).replace(/^"|"$/g, ""));
}

/** The key behind S3's own encoding, which writes a space as a plus sign. Throws `URIError` for anything else. */
export function decodedKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}

function told<T>(name: string, value: T | undefined): T {
  if (value === undefined)
    throw new SafelightError("unavailable", `expected a ${name} in the store's answer but received none`);
  return value;
}
