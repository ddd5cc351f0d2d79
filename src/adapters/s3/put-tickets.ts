import type { S3Client } from "@aws-sdk/client-s3";
import { invalidInput } from "../../domain/model/errors.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Clock } from "../../ports/clock.js";
import type { Ticket, TicketBinds, TicketRequest, UploadTickets } from "../../ports/upload-tickets.js";
import { toPath } from "./percent-encoding.js";
import { presignPut } from "./presign-put.js";
import { callService } from "./sdk-errors.js";
import { toBoundFields } from "./upload-tickets.js";

/** Options of {@link S3PutTickets}. */
export interface PutTicketsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /**
   * The properties that the store holds its caller to, beside key and expiry. Default: the content type and the metadata
   * that are signed, as Amazon S3 does, which refuses an `x-amz-` header that was not signed. A size is never bound.
   */
  readonly binds?: Partial<Omit<TicketBinds, "size">>;
  /** Tells when tickets end. The system's by default; signing reads its own. */
  readonly clock?: Clock;
}

/**
 * Presigned PUTs, for a store that takes no forms. A key with a segment `.` or `..` is refused as `invalid-input`: no URL
 * can name it. No signature covers a range of sizes, so a client may store more than
 * `maxBytes`: the upload policy refuses the image when it is settled.
 */
export class S3PutTickets implements UploadTickets {
  readonly binds: TicketBinds;
  readonly #options: PutTicketsOptions;

  constructor(options: PutTicketsOptions) {
    this.#options = options;
    this.binds = { contentType: true, metadata: true, ...options.binds, size: false };
  }

  async issue(request: TicketRequest, { signal }: CallOptions = {}): Promise<Ticket> {
    const { client, bucket, clock = () => new Date() } = this.#options;
    const { key, expiresIn } = request;
    // Whoever sends the request resolves such a segment away, and would store another key.
    if (key.split("/").some((segment) => segment === "." || segment === ".."))
      throw invalidInput("a key without a segment of one or two dots", "a signed PUT", key);
    const expiresAt = new Date(clock().getTime() + expiresIn * 1_000);
    const headers = toBoundFields(request);
    return callService("S3 presign", signal, async () => {
      const bucketUrl = await findBucketUrl(client, bucket);
      const url = await presignPut(client, { bucketUrl, key, headers, expiresIn });
      return { method: "PUT", url, headers, fields: {}, expiresAt };
    });
  }
}

/** The URL of a bucket, as the client's own requests have it. */
async function findBucketUrl({ config }: S3Client, bucket: string): Promise<string> {
  const { endpoint } = config;
  if (endpoint === undefined) throw new TypeError("the client has no endpoint");
  const { protocol, hostname, port, path } = await endpoint();
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const base = path.replace(/\/+$/, "");
  return config.forcePathStyle
    ? `${protocol}//${host}${base}${toPath(bucket)}`
    : `${protocol}//${bucket}.${host}${base}`;
}
