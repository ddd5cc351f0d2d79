import type { _Object, GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { SafelightError } from "../../domain/model/errors.js";
import { type Etag, etag } from "../../domain/model/etag.js";
import type { BlobInfo, ListedBlob } from "../../ports/blob-store.js";

/** What the answer to a read says about a blob, without its bytes. */
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

/** One entry of a listing; its key arrives URL-encoded. */
export function toListedBlob(entry: _Object): ListedBlob {
  return {
    key: decodeKey(requireField("key", entry.Key)),
    size: requireField("size", entry.Size),
    etag: readEtag(entry),
    storedAt: requireField("time", entry.LastModified),
  };
}

/** The etag without the quotes around it: the form in which notifications tell it. */
export function readEtag({ ETag }: { ETag?: string | undefined }): Etag {
  return etag(requireField("etag", ETag).replace(/^"|"$/g, ""));
}

/** The key behind S3's own encoding, which writes a space as a plus sign. Throws `URIError` for anything else. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}

function requireField<T>(name: string, value: T | undefined): T {
  if (value === undefined)
    throw new SafelightError("unavailable", `expected a ${name} in the store's answer but received none`);
  return value;
}
