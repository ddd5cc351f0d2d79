import type { S3Client } from "@aws-sdk/client-s3";
import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import type { Clock } from "../../ports/clock.js";
import type { Ticket, TicketRequest, UploadTickets } from "../../ports/upload-tickets.js";
import { calling } from "./faults.js";

/** In a form, S3 replaces this by the name of the file that the client sends. */
const PLACEHOLDER = `$\{filename}`;

/**
 * Presigned POST forms of Amazon S3. Signing sends nothing; the form carries the rights of the client's credentials,
 * and ends early when they do.
 */
export class S3UploadTickets implements UploadTickets {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #clock: Clock;

  /** Uploads go to `bucket`. `clock` tells when tickets end, and is the system's by default; signing reads its own. */
  constructor({ client, bucket, clock }: { client: S3Client; bucket: string; clock?: Clock }) {
    this.#client = client;
    this.#bucket = bucket;
    this.#clock = clock ?? (() => new Date());
  }

  /** Also throws `invalid-input` for a key with `${filename}` in it, which S3 would replace: the key would be the client's choice. */
  async issue(request: TicketRequest, { signal }: { signal?: AbortSignal } = {}): Promise<Ticket> {
    const { contentType, maxBytes, expiresIn, metadata = {} } = request;
    const key = originalKey(request.key);
    if (key.includes(PLACEHOLDER)) throw invalidInput(`a key without ${PLACEHOLDER}`, "key", key);
    if (!/^[\x21-\x7e]+\/[\x20-\x7e]+$/.test(contentType))
      throw invalidInput("a content type", "contentType", contentType);
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
      throw invalidInput("at least 1 byte", "maxBytes", maxBytes);
    if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > 3_600)
      throw invalidInput("1 to 3,600 whole seconds", "expiresIn", expiresIn);
    const expiresAt = new Date(this.#clock().getTime() + expiresIn * 1_000);
    const { url, fields } = await calling(
      "signing an upload ticket",
      async () => {
        const { createPresignedPost } = await import("@aws-sdk/s3-presigned-post");
        return createPresignedPost(this.#client, {
          Bucket: this.#bucket,
          Key: key,
          Expires: expiresIn,
          Conditions: [["content-length-range", 1, maxBytes]],
          Fields: { "Content-Type": contentType, ...metadataFields(metadata) },
        });
      },
      signal,
    );
    return { url, fields, expiresAt };
  }
}

/** Each field of a form is a condition as well, so nobody can send another one. */
function metadataFields(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
}
