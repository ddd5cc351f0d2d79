import {
  DeleteObjectCommand,
  type DeleteObjectCommandOutput,
  type DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandOutput,
} from "@aws-sdk/client-s3";
import { invalidInput } from "../../domain/model/errors.js";
import type { Page } from "../../domain/model/page.js";
import type {
  Blob,
  BlobInfo,
  BlobStore,
  DeleteResult,
  ListedBlob,
  PutOptions,
  PutResult,
} from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import {
  createChangedBlobError,
  createMissingBlobError,
  createOversizedBlobError,
} from "../../ports/checked/index.js";
import { assertAllDeleted, createBatchDeletes, isXmlSafe } from "./batch-delete.js";
import { readEtag, toBlobInfo, toListedBlob } from "./responses.js";
import {
  callService,
  readErrorName,
  readHttpStatus,
  type SdkCallOptions,
  type ServiceCall,
} from "./sdk-errors.js";

/** The part of an `S3Client` that a blob store uses. */
export interface BlobStoreClient {
  send(command: GetObjectCommand, options?: SdkCallOptions): Promise<GetObjectCommandOutput>;
  send(command: PutObjectCommand, options?: SdkCallOptions): Promise<PutObjectCommandOutput>;
  send(command: HeadObjectCommand, options?: SdkCallOptions): Promise<HeadObjectCommandOutput>;
  send(command: DeleteObjectCommand, options?: SdkCallOptions): Promise<DeleteObjectCommandOutput>;
  send(command: DeleteObjectsCommand, options?: SdkCallOptions): Promise<DeleteObjectsCommandOutput>;
  send(command: ListObjectsV2Command, options?: SdkCallOptions): Promise<ListObjectsV2CommandOutput>;
}

/** Options of {@link S3BlobStore}. */
export interface BlobStoreOptions {
  readonly client: BlobStoreClient;
  readonly bucket: string;
  /** Whether the bucket notifies a queue of each put and each delete. Default false. */
  readonly notifies?: boolean;
  /** Whether the store takes `DeleteObjects`; otherwise blobs are deleted one by one. Default true. */
  readonly deletesBatches?: boolean;
}

/**
 * Blobs in a bucket of Amazon S3, or of a store that speaks its language.
 *
 * The caller's role needs `s3:ListBucket` on the bucket: without it S3 answers 403 where nothing is, which is
 * `unavailable` here and never `not-found`. Encryption with KMS gives the same bytes another etag
 * at each put.
 */
export class S3BlobStore implements BlobStore {
  readonly notifies: boolean;
  readonly #client: BlobStoreClient;
  readonly #bucket: string;
  readonly #deletesBatches: boolean;

  constructor({ client, bucket, notifies = false, deletesBatches = true }: BlobStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.notifies = notifies;
    this.#deletesBatches = deletesBatches;
  }

  async get(key: string, options: CallOptions & { ifMatch?: string; maxBytes?: number } = {}): Promise<Blob> {
    const { ifMatch, maxBytes = Number.POSITIVE_INFINITY, signal } = options;
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      IfMatch: ifMatch === undefined ? undefined : `"${ifMatch}"`,
    });
    return this.#callForBlob("S3 GetObject", signal, async (options) => {
      const answer = await this.#client.send(command, options);
      const info = toBlobInfo(key, answer);
      // A store that does not know `If-Match` answers with what is there.
      const refusal =
        ifMatch !== undefined && info.etag !== ifMatch
          ? createChangedBlobError()
          : info.size > maxBytes
            ? createOversizedBlobError(maxBytes, info.size)
            : undefined;
      if (refusal) {
        // Unread, the rest of the body would keep its connection; nobody waits for how its end comes.
        if (answer.Body && "destroy" in answer.Body) answer.Body.destroy();
        throw refusal;
      }
      return { ...info, bytes: (await answer.Body?.transformToByteArray()) ?? new Uint8Array() };
    });
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult> {
    const { contentType, cacheControl, disposition, metadata, signal } = options;
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentType: contentType,
      CacheControl: cacheControl,
      ContentDisposition: disposition,
      Metadata: metadata && { ...metadata },
    });
    const answer = await callService("S3 PutObject", signal, (options) =>
      this.#client.send(command, options),
    );
    return { etag: readEtag(answer) };
  }

  async head(key: string, { signal }: CallOptions = {}): Promise<BlobInfo> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
    return this.#callForBlob("S3 HeadObject", signal, async (options) =>
      toBlobInfo(key, await this.#client.send(command, options)),
    );
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<DeleteResult> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key });
    await callService("S3 DeleteObject", signal, (options) => this.#client.send(command, options));
    return {};
  }

  async deleteAll(keys: readonly string[], { signal }: CallOptions = {}): Promise<void> {
    const isBatched = (key: string) => this.#deletesBatches && isXmlSafe(key);
    for (const command of createBatchDeletes(this.#bucket, keys.filter(isBatched))) {
      const deleting = callService("S3 DeleteObjects", signal, (options) =>
        this.#client.send(command, options),
      );
      assertAllDeleted(await deleting);
    }
    // Keys that XML cannot carry are deleted one by one: a path can carry every key.
    for (const key of keys) if (!isBatched(key)) await this.delete(key, { signal });
  }

  async list(
    prefix: string,
    options: CallOptions & { cursor?: string; limit?: number } = {},
  ): Promise<Page<ListedBlob>> {
    const { cursor, limit, signal } = options;
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      // XML 1.0 has no way to write most control characters, and parsers trim spaces.
      EncodingType: "url",
      ...(prefix !== "" && { Prefix: prefix }),
      ContinuationToken: cursor,
      MaxKeys: limit,
    });
    const {
      Contents = [],
      EncodingType,
      NextContinuationToken,
    } = await callService("S3 ListObjectsV2", signal, (options) =>
      this.#client.send(command, options).catch((error: unknown) => {
        // The only argument that S3 can find wrong here.
        if (cursor !== undefined && readErrorName(error) === "InvalidArgument")
          throw invalidInput("a cursor from an earlier page", "cursor", cursor);
        throw error;
      }),
    );
    const items = Contents.map((entry) => toListedBlob(entry, EncodingType === "url"));
    return NextContinuationToken === undefined ? { items } : { items, cursor: NextContinuationToken };
  }

  /** A 404 for the bucket is a transient error: taken for a missing blob, it would mark every image as removed. */
  async #callForBlob<T>(
    call: ServiceCall,
    signal: AbortSignal | undefined,
    send: (options: SdkCallOptions) => Promise<T>,
  ): Promise<T> {
    const toBlobError = (cause: unknown) => {
      if (readHttpStatus(cause) === 404 && readErrorName(cause) !== "NoSuchBucket")
        throw createMissingBlobError({ cause });
      if (readHttpStatus(cause) === 412) throw createChangedBlobError({ cause });
      throw cause;
    };
    return callService(call, signal, (options) => send(options).catch(toBlobError));
  }
}
