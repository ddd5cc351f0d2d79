import type { Etag } from "../domain/model/etag.js";
import type { Page } from "../domain/model/page.js";
import type { CallOptions } from "./call-options.js";

/** Facts about a blob, without its bytes. */
export interface BlobInfo {
  readonly key: string;
  /** Length in bytes. */
  readonly size: number;
  /** Names these bytes under this key: it changes whenever the bytes do, and may change with every write. Opaque, not necessarily a hash. */
  readonly etag: Etag;
  readonly contentType: string;
  readonly storedAt: Date;
  readonly cacheControl?: string;
  readonly disposition?: string;
  /** Text by lower-case name, as given to `put`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A blob in a listing, with as much as every store's listing knows; `head` resolves to the rest. */
export type ListedBlob = Pick<BlobInfo, "key" | "size" | "etag" | "storedAt">;

/** A blob that is stored and cannot be read, so that a listing cannot tell its etag. */
export interface UnreadableBlob {
  /** With `isFolder`, the prefix of all keys that cannot be listed. */
  readonly key: string;
  /** Whether nobody can say which blobs there are: a folder that cannot be read. */
  readonly isFolder?: boolean;
}

/** A blob with its bytes, all read at one moment. */
export interface Blob extends BlobInfo {
  readonly bytes: Uint8Array;
  /**
   * The SHA-256 of the bytes in hexadecimal, from a store that computed it when they were put; absent: whoever needs it
   * computes it.
   */
  readonly sha256?: string;
}

/** Attributes of a blob, given when it is stored. */
export interface PutOptions extends CallOptions {
  /** A media type of at most 255 characters, such as `image/jpeg`. */
  readonly contentType: string;
  /** Printable ASCII without spaces at its ends, as is `disposition`. */
  readonly cacheControl?: string;
  readonly disposition?: string;
  /**
   * Printable ASCII without spaces at its ends, by names of 1 to 64 characters of `a-z 0-9 - _` that begin with a letter or digit; names
   * and values together have at most 2,048 bytes.
   */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Which page of a listing, and who is told of what cannot be listed. */
export interface ListOptions extends CallOptions {
  readonly cursor?: string;
  readonly limit?: number;
  readonly onUnreadable?: (blob: UnreadableBlob) => void;
}

/** The answer to `put`. */
export interface PutResult {
  readonly etag: Etag;
  /**
   * The place of this put in the order of changes to this key, where the store numbers its changes itself and hands
   * them to no one but its own queue; absent where a notification will tell.
   */
  readonly sequencer?: string;
}

/** The answer to `delete`. */
export interface DeleteResult {
  /** As in {@link PutResult}; absent too when there was nothing to delete. */
  readonly sequencer?: string;
}

/**
 * Bytes under keys: used once for originals and once for renditions. A call that is refused is no change.
 *
 * A key is any non-empty well-formed text of at most 1,024 bytes of UTF-8. It comes back exactly as it was given: not
 * normalized, not cleaned, not a path. An etag is printable ASCII.
 *
 * Every method throws `invalid-input` for an argument outside the rules of this port, which `guardBlobStore` looks
 * after in front of every adapter, and `unavailable` when the store cannot be reached or refuses its own caller.
 */
export interface BlobStore {
  /**
   * Whether the store notifies a queue of each put and each delete by itself, as S3 does. Absent: nobody hears of a put
   * that answers no sequencer, unless whoever puts sends a request to the queue.
   */
  readonly notifies?: boolean;

  /**
   * Resolves to the blob as one put left it: bytes and info of the same moment, never half of one put and half of
   * another. Throws `not-found` if the key holds nothing, `conflict` if `ifMatch` is given and is not the etag of
   * what is there, `too-large` if the blob has more than `maxBytes` bytes. The bytes belong to the caller.
   */
  get(key: string, options?: CallOptions & { ifMatch?: Etag; maxBytes?: number }): Promise<Blob>;

  /**
   * Stores the bytes, replacing what was there. Atomic: a reader sees the old blob or the new one, and after a crash
   * one of the two is there whole. Durable once it resolves. Other bytes have another etag; the same bytes again may
   * have another one, too. The bytes stay the caller's: changing them later changes nothing here.
   */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<PutResult>;

  /** Resolves to what `get` would say, without the bytes. Throws `not-found` if the key holds nothing. */
  head(key: string, options?: CallOptions): Promise<BlobInfo>;

  /** Removes the blob. A key that holds nothing is success, so it can be repeated. Other keys are untouched. */
  delete(key: string, options?: CallOptions): Promise<DeleteResult>;

  /**
   * Removes the blobs under all of these keys, any number of them in any order, as `delete` would one after the other:
   * keys that hold nothing or come twice are success, other keys are untouched, and a store that numbers its changes
   * numbers each removal. One illegal key refuses the whole call before anything is removed. Otherwise it is not
   * atomic: others see it happen key by key, and when it throws, some blobs may be gone and the rest there. Calling it
   * again finishes it.
   */
  deleteAll(keys: readonly string[], options?: CallOptions): Promise<void>;

  /**
   * Lists the blobs whose key starts with `prefix` (plain text, no path rule; empty: all), in the order of their
   * keys' UTF-8 bytes. `cursor` continues after a page; the last page has none. A key that is there from the first
   * page to the last is listed exactly once. `limit` is the most items a page may have, 1 to 1,000; a page may hold fewer.
   * A cursor that no page of this listing gave throws `invalid-input`: an adapter makes and gets its own position, and its
   * callers see it sealed with the prefix.
   *
   * Where a blob cannot be read to be listed, `onUnreadable` is told of it, maybe more than once, and all others are listed;
   * without `onUnreadable` the listing throws what reading it throws.
   */
  list(prefix: string, options?: ListOptions): Promise<Page<ListedBlob>>;
}
