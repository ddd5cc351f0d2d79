import type { S3Client } from "@aws-sdk/client-s3";
import { pathOfKey, percentEncoded } from "./percent-encoding.js";

/** What a presigned PUT is for. */
export interface PresignedPut {
  /** Where the bucket is, as in the form of a presigned POST. */
  readonly bucketUrl: string;
  readonly key: string;
  /** Signed, so that a request with others is refused. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresIn: number;
}

/** What the signer of an `S3Client` can do beside what its type says. */
interface Presigner {
  presign(
    request: {
      readonly method: string;
      readonly protocol: string;
      readonly hostname: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
    },
    options: { readonly expiresIn: number; readonly unhoistableHeaders: Set<string> },
  ): Promise<{ readonly query?: Readonly<Record<string, string>> }>;
}

/** Resolves to the URL that stores a body of any length under exactly this key. */
export async function presignedPut(client: S3Client, put: PresignedPut): Promise<string> {
  const { bucketUrl, key, headers, expiresIn } = put;
  const { protocol, hostname, host, pathname, origin } = new URL(bucketUrl);
  const path = pathname.replace(/\/$/, "") + pathOfKey(key);
  const signer = (await client.config.signer()) as unknown as Presigner;
  // The hash of a body that is not known yet; the signer moves it into the query.
  const signed = { ...headers, host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
  const { query = {} } = await signer.presign(
    { method: "PUT", protocol, hostname, path, headers: signed },
    { expiresIn, unhoistableHeaders: new Set(Object.keys(headers).map((name) => name.toLowerCase())) },
  );
  const pairs = Object.entries(query).map((pair) => pair.map(percentEncoded).join("="));
  return `${origin}${path}?${pairs.join("&")}`;
}
