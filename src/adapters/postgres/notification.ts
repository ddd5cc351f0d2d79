import { createHash, timingSafeEqual } from "node:crypto";
import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import type { Looks } from "./looks.js";

/** Most bytes of a notification: stores send a few records at a time. */
const MOST_BYTES = 1_048_576;

/** Options of {@link createNotificationHandler}. */
export interface NotificationOptions {
  /** The store sends it as `Authorization: Bearer <secret>`; at least 16 characters. */
  readonly secret: string;
  /** The bucket of the originals: notifications of others are left alone. Default: any bucket's. */
  readonly bucket?: string;
}

/**
 * Makes the handler of the webhook that a store calls with its notifications, in S3's event format. Each becomes a look,
 * numbered here: what the store says of the order is not believed, and neither is what it says has happened. Answers 204
 * once they are durable; 401 without the secret, 400 for what is no notification, 413 for too much, 503 when the store is
 * to call again. Throws `invalid-input` for a shorter secret.
 */
export function createNotificationHandler(
  looks: Looks,
  { secret, bucket }: NotificationOptions,
): (request: Request) => Promise<Response> {
  if (secret.length < 16) throw invalidInput("at least 16 characters", "secret", `${secret.length} of them`);
  return async (request) => {
    if (!isAuthorized(request.headers.get("authorization"), secret)) return createAnswer(401);
    const bytes = await request.arrayBuffer();
    if (bytes.byteLength > MOST_BYTES) return createAnswer(413);
    const keys = readKeys(new TextDecoder().decode(bytes), bucket);
    if (keys === undefined) return createAnswer(400);
    try {
      for (const key of keys) await looks.add(key, { signal: request.signal });
      return createAnswer(204);
    } catch {
      return createAnswer(503);
    }
  };
}

/** Some stores send the secret alone. Compared as digests, which are of one length and tell nothing by their time. */
function isAuthorized(header: string | null, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest((header ?? "").replace(/^Bearer /i, "")), digest(secret));
}

/** The keys that a notification names; `undefined` for what is none. A test of the store's names none. */
function readKeys(text: string, bucket: string | undefined): readonly string[] | undefined {
  try {
    const { Records: records = [] } = JSON.parse(text) as { Records?: readonly NotifiedRecord[] };
    const own = records.filter(({ s3 }) => bucket === undefined || s3.bucket.name === bucket);
    const keys = own.map(({ s3 }) => originalKey(decodeURIComponent(s3.object.key.replaceAll("+", " "))));
    return [...new Set(keys)];
  } catch {
    return undefined;
  }
}

interface NotifiedRecord {
  readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

function createAnswer(status: number): Response {
  return new Response(null, { status });
}
