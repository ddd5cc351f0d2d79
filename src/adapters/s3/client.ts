import { S3Client } from "@aws-sdk/client-s3";
import { limitSilence } from "./timeouts.js";

/** Where a store that speaks S3 is, and who calls it. */
export interface S3Endpoint {
  /** The URL of the store's S3 interface, such as `https://s3.example.com:9000`, without a bucket. */
  readonly endpoint: string;
  /** The region that requests are signed for. Default `us-east-1`, which most stores take; Cloudflare R2 calls it `auto`. */
  readonly region?: string;
  /** Default: what the SDK finds in its environment, such as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /**
   * Whether a bucket is the first part of the path (`https://host/bucket/key`) and not of the host name. Default true: no
   * store but a few needs the other form, and it wants a DNS name for every bucket.
   */
  readonly pathStyle?: boolean;
  /**
   * Milliseconds for which the store may send and take nothing before a request counts as failed; it is then tried again,
   * three times in all. Default 30,000.
   */
  readonly timeout?: number;
}

/**
 * Creates a client for a store that speaks S3. It sends the checksums of Amazon S3 only where a request demands one: many
 * stores refuse those that they do not know, and a signed PUT would carry the checksum of an empty body.
 */
export function createS3Client({ endpoint, region, credentials, pathStyle, timeout }: S3Endpoint): S3Client {
  return new S3Client({
    endpoint,
    region: region ?? "us-east-1",
    forcePathStyle: pathStyle ?? true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...limitSilence(timeout),
    ...(credentials && { credentials }),
  });
}
