import { createHash } from "node:crypto";
import { DeleteObjectsCommand, type DeleteObjectsCommandOutput } from "@aws-sdk/client-s3";
import { SafelightError } from "../../domain/model/errors.js";
import { describeRemedy } from "./sdk-errors.js";

/** Most keys that S3 takes in one request. */
const MAX_KEYS = 1_000;

/**
 * Whether a key can be sent in XML and arrives as it is: XML 1.0 has no way to write most control characters, and
 * parsers trim and rewrite white space. Keys of renditions always can.
 */
export function isXmlSafe(key: string): boolean {
  return !/\p{Cc}|[\u2028\ufeff\ufffe\uffff]|^\s|\s$/u.test(key);
}

/** The requests that delete all keys of a bucket, each key once. */
export function createBatchDeletes(bucket: string, keys: readonly string[]): readonly DeleteObjectsCommand[] {
  const all = [...new Set(keys)];
  return Array.from({ length: Math.ceil(all.length / MAX_KEYS) }, (_, index) => {
    const some = all.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS);
    const command = new DeleteObjectsCommand({
      Bucket: bucket,
      // Quiet: the answer names only what went wrong.
      Delete: { Quiet: true, Objects: some.map((Key) => ({ Key })) },
    });
    addContentMd5(command);
    return command;
  });
}

/**
 * Throws `unavailable` unless everything was deleted: the answer is 200 even where single keys were refused, for
 * permissions, throttling or an error inside S3.
 */
export function assertAllDeleted({ Errors = [] }: DeleteObjectsCommandOutput): void {
  const kept = Errors.filter(({ Code }) => Code !== "NoSuchKey");
  if (kept.length === 0) return;
  const codes = [...new Set(kept.map(({ Code }) => Code ?? "no code"))].join(", ");
  throw new SafelightError(
    "unavailable",
    `S3 answered DeleteObjects but kept ${kept.length} of its keys (${codes}); ${describeRemedy(codes)}`,
  );
}

/**
 * The SDK adds a CRC-32, which Amazon S3 takes; most stores that only speak its language insist on the older
 * `Content-MD5` for this one request. Both are right for both.
 */
function addContentMd5(command: DeleteObjectsCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (hasBody(request)) request.headers["content-md5"] = computeMd5(request.body);
      return next(args);
    },
    { step: "build", name: "contentMd5OfBatchDelete", override: true },
  );
}

function hasBody(
  request: unknown,
): request is { headers: Record<string, string>; body: string | Uint8Array } {
  if (typeof request !== "object" || request === null || !("headers" in request) || !("body" in request))
    return false;
  return typeof request.body === "string" || request.body instanceof Uint8Array;
}

function computeMd5(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("base64");
}
