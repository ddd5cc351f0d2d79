import type { _Object, GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { SafelightError } from "../../domain/model/errors.js";
import { type Etag, etag } from "../../domain/model/etag.js";
import type { BlobInfo, ListedBlob } from "../../ports/blob-store.js";

/** Converts a response of S3 to the facts about a blob, without its bytes. */
export function toBlobInfo(key: string, answer: GetObjectCommandOutput | HeadObjectCommandOutput): BlobInfo {
  const { ContentLength, ContentType, LastModified, CacheControl, ContentDisposition, Metadata } = answer;
  return {
    key,
    size: requireField("size", ContentLength),
    etag: readEtag(answer),
    contentType: ContentType ?? "application/octet-stream",
    storedAt: requireField("time", LastModified),
    ...(CacheControl !== undefined && { cacheControl: CacheControl }),
    ...(ContentDisposition !== undefined && { disposition: ContentDisposition }),
    metadata: { ...Metadata },
  };
}

/** Converts one entry of a listing. `isEncoded`: whether the store URL-encoded its key, as it was asked to and says that it did. */
export function toListedBlob(entry: _Object, isEncoded: boolean): ListedBlob {
  const key = requireField("key", entry.Key);
  return {
    key: isEncoded ? decodeKey(key) : key,
    size: requireField("size", entry.Size),
    etag: readEtag(entry),
    storedAt: requireField("time", entry.LastModified),
  };
}

/** Reads the etag without its quotes, as notifications have it. */
export function readEtag({ ETag }: { ETag?: string | undefined }): Etag {
  return etag(requireField("etag", ETag).replace(/^"|"$/g, ""));
}

/** Decodes a key from S3's own encoding, which writes a space as a plus sign. Throws `URIError` for anything else. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}

function requireField<T>(name: string, value: T | undefined): T {
  if (value === undefined)
    throw new SafelightError(
      "unavailable",
      `the store answered without a ${name}; check that it implements the S3 API`,
    );
  return value;
}
