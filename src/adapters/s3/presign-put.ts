import type { S3Client } from "@aws-sdk/client-s3";
import { encodePercent, toPath } from "./percent-encoding.js";

/** The method of an `S3Client`'s signer that its type does not declare. */
interface Presigner {
  presign(request: object, options: object): Promise<{ readonly query?: Readonly<Record<string, string>> }>;
}

/**
 * Resolves to the URL that stores a body of any length under exactly this key. `bucketUrl` is where the bucket is, as in
 * the form of a presigned POST; the `headers` are signed, so that a request with others is refused.
 */
export async function presignPut(
  client: S3Client,
  put: { bucketUrl: string; key: string; headers: Readonly<Record<string, string>>; expiresIn: number },
): Promise<string> {
  const { bucketUrl, key, headers, expiresIn } = put;
  const { protocol, hostname, host, pathname, origin } = new URL(bucketUrl);
  const path = pathname.replace(/\/$/, "") + toPath(key);
  const signer = (await client.config.signer()) as unknown as Presigner;
  // The hash of a body that is not known yet; the signer moves it into the query.
  const signed = { ...headers, host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
  const { query = {} } = await signer.presign(
    { method: "PUT", protocol, hostname, path, headers: signed },
    { expiresIn, unhoistableHeaders: new Set(Object.keys(headers).map((name) => name.toLowerCase())) },
  );
  const pairs = Object.entries(query).map((pair) => pair.map(encodePercent).join("="));
  return `${origin}${path}?${pairs.join("&")}`;
}
