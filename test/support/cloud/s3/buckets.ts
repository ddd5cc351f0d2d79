import { createHash } from "node:crypto";
import { Refusal } from "./refusal.js";

/** An object as it is kept. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly storedAt: Date;
  /** The headers that come back with it, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One record of a notification, as S3 writes it. */
export interface S3EventRecord {
  readonly eventVersion: "2.1";
  readonly eventSource: "aws:s3";
  readonly eventTime: string;
  readonly eventName: string;
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly sequencer: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
    };
  };
}

/** Buckets in memory, which tell every change as S3 does. */
export class Buckets {
  readonly #buckets = new Map<string, Map<string, StoredObject>>();
  readonly #versioned = new Set<string>();
  /** Keys that a batch does not delete, and the code that it gives as the reason. */
  readonly refused = new Map<string, string>();
  readonly #tell: (record: S3EventRecord) => void;
  readonly #now: () => Date;
  #sequence = 0x65a1c0de0;

  constructor({ tell, now }: { tell: (record: S3EventRecord) => void; now: () => Date }) {
    this.#tell = tell;
    this.#now = now;
  }

  /** In a versioned bucket a delete leaves a marker, and its notification says so. */
  create(bucket: string, { versioned = false } = {}): void {
    this.#buckets.set(bucket, new Map());
    if (versioned) this.#versioned.add(bucket);
  }

  getObjects(bucket: string): Map<string, StoredObject> {
    const objects = this.#buckets.get(bucket);
    if (!objects) throw new Refusal(404, "NoSuchBucket");
    return objects;
  }

  put(
    bucket: string,
    key: string,
    bytes: Buffer,
    {
      headers,
      event,
      etag = computeMd5(bytes),
    }: { headers: Record<string, string>; event: string; etag?: string },
  ): StoredObject {
    if (key === "" || Buffer.byteLength(key) > 1_024) throw new Refusal(400, "KeyTooLongError");
    const object = { key, bytes, etag, storedAt: this.#now(), headers };
    this.getObjects(bucket).set(key, object);
    this.#notify(bucket, key, `ObjectCreated:${event}`, { size: bytes.length, eTag: etag });
    return object;
  }

  delete(bucket: string, key: string): void {
    const there = this.getObjects(bucket).delete(key);
    if (this.#versioned.has(bucket)) {
      const versionId = this.#sequence.toString(36);
      this.#notify(bucket, key, "ObjectRemoved:DeleteMarkerCreated", { versionId });
    } else if (there) this.#notify(bucket, key, "ObjectRemoved:Delete", {});
  }

  #notify(
    bucket: string,
    key: string,
    eventName: string,
    said: { size?: number; eTag?: string; versionId?: string },
  ): void {
    this.#sequence += 7;
    // Of differing length, in either case, with zeros at the end: in order only once they are padded on the right.
    const tail = ["", "0", "000", "5c", "A1"][this.#sequence % 5] ?? "";
    const sequencer = this.#sequence.toString(16).padStart(18, "0") + tail;
    this.#tell({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      eventTime: this.#now().toISOString(),
      eventName,
      s3: { bucket: { name: bucket }, object: { key: encodeKey(key), ...said, sequencer } },
    });
  }
}

/** A key as S3 writes it in notifications and, when asked to, in listings. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+");
}

export function computeMd5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
