import { deleteObjects } from "./batch-delete.js";
import type { Buckets, StoredObject } from "./buckets.js";
import { formatListing } from "./listing.js";
import type { MultipartUploads } from "./multipart-uploads.js";
import { Refusal } from "./refusal.js";
import type { Account, Incoming } from "./signature.js";

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** The bucket and key of a request. */
export interface Target {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Carries out one signed request. */
export function answerRequest(
  { buckets, uploads }: { buckets: Buckets; uploads: MultipartUploads },
  { method, headers, body }: Incoming,
  { bucket, key, query }: Target,
  account: Account,
): Answer {
  const objects = buckets.getObjects(bucket);
  const uploadId = query.get("uploadId");
  switch (method) {
    case "GET":
      if (key === "") {
        if (account.mayList === false) throw new Refusal(403, "AccessDenied");
        return { status: 200, body: formatListing(objects.values(), query) };
      }
      return read(objects.get(key), headers["if-match"], account, true);
    case "HEAD":
      return read(objects.get(key), headers["if-match"], account, false);
    case "PUT": {
      if (uploadId !== null)
        return {
          status: 200,
          headers: { etag: `"${uploads.putPart(uploadId, Number(query.get("partNumber")), body)}"` },
        };
      answerConditionally(objects.get(key), headers);
      const { etag } = buckets.put(bucket, key, body, { headers: pickHeaders(headers), event: "Put" });
      return { status: 200, headers: { etag: `"${etag}"` } };
    }
    case "POST":
      if (query.has("uploads"))
        return { status: 200, body: uploads.create(bucket, key, pickHeaders(headers)) };
      if (query.has("delete") && key === "")
        return { status: 200, body: deleteObjects(buckets, bucket, headers, body) };
      if (uploadId !== null) return { status: 200, body: uploads.complete(uploadId, body.toString()) };
      throw new Refusal(501, "NotImplemented");
    case "DELETE":
      if (uploadId !== null) uploads.abort(uploadId);
      else buckets.delete(bucket, key);
      return { status: 204 };
    default:
      throw new Refusal(405, "MethodNotAllowed");
  }
}

function read(
  object: StoredObject | undefined,
  ifMatch: string | undefined,
  { mayList = true }: Account,
  whole: boolean,
): Answer {
  if (!object) throw mayList ? new Refusal(404, "NoSuchKey") : new Refusal(403, "AccessDenied");
  if (ifMatch !== undefined && ifMatch !== `"${object.etag}"`) throw new Refusal(412, "PreconditionFailed");
  const headers = {
    ...object.headers,
    etag: `"${object.etag}"`,
    "last-modified": object.storedAt.toUTCString(),
    "content-length": String(object.bytes.length),
  };
  return whole ? { status: 200, headers, body: object.bytes } : { status: 200, headers };
}

function answerConditionally(there: StoredObject | undefined, headers: Incoming["headers"]): void {
  if (headers["if-none-match"] === "*" && there) throw new Refusal(412, "PreconditionFailed");
  const match = headers["if-match"];
  if (match !== undefined && !there) throw new Refusal(404, "NoSuchKey");
  if (match !== undefined && match !== `"${there?.etag}"`) throw new Refusal(412, "PreconditionFailed");
}

function pickHeaders(headers: Incoming["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^(content-type|cache-control|content-disposition|x-amz-meta-.*)$/.test(name)
        ? [[name, String(value)]]
        : [],
    ),
  );
}
