import { compareKeys } from "../../../../src/domain/model/original-key.js";
import { encodeKey, type StoredObject } from "./buckets.js";
import { Refusal } from "./refusal.js";

/** Answers ListObjectsV2 with URL-encoded keys, and with times of whole seconds, as a HEAD does. */
export function formatListing(objects: Iterable<StoredObject>, query: URLSearchParams): string {
  if (query.get("encoding-type") !== "url") throw new Refusal(501, "NotImplemented");
  const prefix = query.get("prefix") ?? "";
  const most = Math.min(Number(query.get("max-keys") ?? 1_000), 1_000);
  const after = readStartKey(query);
  const following = [...objects]
    .filter(({ key }) => key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0))
    .sort((a, b) => compareKeys(a.key, b.key));
  const page = following.slice(0, most);
  const last = page.at(-1);
  const next =
    last && following.length > page.length
      ? `<NextContinuationToken>${Buffer.from(last.key).toString("base64")}</NextContinuationToken>`
      : "";
  const contents = page.map(
    ({ key, storedAt, etag, bytes }) =>
      `<Contents><Key>${encodeKey(key)}</Key><LastModified>${new Date(storedAt.toUTCString()).toISOString()}</LastModified>` +
      `<ETag>&quot;${etag}&quot;</ETag><Size>${bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><EncodingType>url</EncodingType>` +
    `<KeyCount>${page.length}</KeyCount><IsTruncated>${next !== ""}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`
  );
}

function readStartKey(query: URLSearchParams): string | undefined {
  const token = query.get("continuation-token");
  if (token !== null) {
    const key = Buffer.from(token, "base64").toString();
    if (token === "" || Buffer.from(key).toString("base64") !== token)
      throw new Refusal(400, "InvalidArgument");
    return key;
  }
  return query.get("start-after") ?? undefined;
}
