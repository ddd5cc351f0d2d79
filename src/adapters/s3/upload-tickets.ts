import type { S3Client } from "@aws-sdk/client-s3";
import type { CallOptions } from "../../ports/call-options.js";
import type { Clock } from "../../ports/clock.js";
import type { Ticket, TicketRequest, UploadTickets } from "../../ports/upload-tickets.js";
import { presignPut } from "./presign-put.js";
import { callService } from "./sdk-errors.js";

/** In a form, S3 replaces this by the name of the file that the client sends. */
const PLACEHOLDER = `$\{filename}`;

/**
 * Presigned POST forms of Amazon S3. Signing sends nothing; the ticket carries the rights of the client's credentials,
 * and ends early when they do.
 *
 * A key with `${filename}` in it gets a presigned PUT: in a form S3 would replace it by the name of the client's file and
 * refuse the result. A PUT cannot bind a range of sizes, so for these keys alone the upload policy decides about the size.
 */
export class S3UploadTickets implements UploadTickets {
  readonly binds = { contentType: true, size: true, metadata: true };
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #clock: Clock;

  /** Uploads go to `bucket`. `clock` tells when tickets end, and is the system's by default; signing reads its own. */
  constructor({ client, bucket, clock }: { client: S3Client; bucket: string; clock?: Clock }) {
    this.#client = client;
    this.#bucket = bucket;
    this.#clock = clock ?? (() => new Date());
  }

  async issue(request: TicketRequest, { signal }: CallOptions = {}): Promise<Ticket> {
    const { key, maxBytes, expiresIn } = request;
    const expiresAt = new Date(this.#clock().getTime() + expiresIn * 1_000);
    const boundFields = toBoundFields(request);
    return callService("S3 createPresignedPost", signal, async () => {
      const { createPresignedPost } = await import("@aws-sdk/s3-presigned-post");
      const { url, fields } = await createPresignedPost(this.#client, {
        Bucket: this.#bucket,
        Key: key,
        Expires: expiresIn,
        Conditions: [["content-length-range", 1, maxBytes]],
        Fields: boundFields,
      });
      if (!key.includes(PLACEHOLDER)) return { method: "POST", url, headers: {}, fields, expiresAt };
      const put = await presignPut(this.#client, { bucketUrl: url, key, headers: boundFields, expiresIn });
      return { method: "PUT", url: put, headers: boundFields, fields: {}, expiresAt };
    });
  }
}

/** Each field of a form is a condition as well, and each header of a PUT is signed: nobody can send another one. */
export function toBoundFields({ contentType, metadata = {} }: TicketRequest): Record<string, string> {
  const kept = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return { "Content-Type": contentType, ...Object.fromEntries(kept) };
}
