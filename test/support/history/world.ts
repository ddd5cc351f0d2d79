import type { Change } from "../../../src/domain/model/change.js";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { imageIdOf } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { DEFAULT_CONFIG, type PipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { compareVersions, type Version, versionLabel } from "../../../src/domain/model/version.js";
import type { BlobInfo, BlobStore } from "../../../src/ports/blob-store.js";
import type { CdnUrls } from "../../../src/ports/cdn-urls.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import type { EventPublisher } from "../../../src/ports/event-publisher.js";
import type { MetadataRepository } from "../../../src/ports/metadata-repository.js";

/** The stores that a history runs on; `close` throws them away. */
export interface Stores {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly records: MetadataRepository;
  readonly close?: () => Promise<void>;
}

/** One change on its way to a handler. */
export interface Message {
  readonly change: Change;
  receives: number;
  inFlight: boolean;
}

const ENCODER = new TextEncoder();

/** Configurations that a history changes between; they differ in what is rendered. */
export const CONFIGS: readonly PipelineConfig[] = [
  { ...DEFAULT_CONFIG, thumbnails: { thumb: thumbnailSpec({ width: 8 }), copy: { copy: true } } },
  {
    ...DEFAULT_CONFIG,
    thumbnails: { thumb: thumbnailSpec({ width: 6 }), wide: thumbnailSpec({ width: 9 }) },
  },
];

/**
 * Everything outside the handlers: the stores, the queue that delivers at least once and in any order, the CDN with
 * visitors who ask for every URL that was ever published, the subscribers. It watches what must hold at every moment.
 */
export class World {
  readonly stores: Stores;
  readonly messages: Message[] = [];
  readonly published: ImageEvent[] = [];
  /** What the CDN holds. */
  readonly cached = new Set<string>();
  /** What was asked for by force. */
  readonly forced: Change[] = [];
  /** Every version that was ever committed, by image and version. */
  readonly committed = new Map<string, ImageRecord>();
  config = 0;
  /** The first law that was broken by a deed, not by what the deed left behind. */
  broken: string | undefined;
  readonly #urlsEverPublished = new Set<string>();
  readonly #versions = new Map<string, Uint8Array[]>();
  readonly #storedAt = new Map<string, Date>();
  readonly #uploads = new Map<string, number>();
  /** How many uploads of its key there had been when an ask was answered. */
  readonly #answered = new Map<Change, number>();
  #now = Date.parse("2026-01-01T00:00:00Z");

  constructor(stores: Stores) {
    this.stores = stores;
  }

  readonly clock = (): Date => {
    this.#now += 1;
    return new Date(this.#now);
  };

  /** Between two deeds of people, time passes: often too little for a store to tell the moments apart. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** The originals store as users and handlers see it: every change of it becomes a message. */
  readonly originals: BlobStore = {
    get: async (key, options) => this.#dated(await this.stores.originals.get(key, options)),
    head: async (key, options) => this.#dated(await this.stores.originals.head(key, options)),
    list: (prefix, options) => this.stores.originals.list(prefix, options),
    put: async (key, bytes, options) => {
      const { etag, sequencer = "" } = await this.stores.originals.put(key, bytes, options);
      this.#versions.set(key, [...(this.#versions.get(key) ?? []), bytes]);
      this.#uploads.set(key, (this.#uploads.get(key) ?? 0) + 1);
      this.#date(key);
      this.#tell({ type: "created", key, sequencer, etag });
      return { etag, sequencer };
    },
    delete: async (key, options) => {
      await this.#delete(key, options);
      return {};
    },
    deleteAll: async (keys, options) => {
      for (const key of keys) await this.originals.delete(key, options);
    },
  };

  readonly queue: ChangeQueue = {
    send: async (ask) => {
      if (ask.type === "process" && ask.force) this.forced.push(ask);
      this.#tell(ask);
    },
    // Messages are pushed to handlers, as a queue does with functions; nobody pulls.
    receive: async () => [],
    acknowledge: async () => {},
    release: async () => {},
  };

  readonly records: MetadataRepository = {
    get: (imageId) => this.stores.records.get(imageId),
    list: (query) => this.stores.records.list(query),
    listExpired: (now, limit) => this.stores.records.listExpired(now, limit),
    purge: (imageId, condition) => this.stores.records.purge(imageId, condition),
    commit: async (record, condition) => {
      await this.stores.records.commit(record, condition);
      if (record.status !== "pending")
        this.committed.set(`${record.imageId}/${versionLabel(record.version)}`, record);
      for (const { key } of record.renditions) this.#urlsEverPublished.add(key);
    },
  };

  readonly urls: CdnUrls = {
    urlFor: async (key) => `https://cdn.example/${key}`,
    forget: async (keys) => {
      for (const key of keys) {
        for (const held of this.cached) {
          if (key.endsWith("*") ? held.startsWith(key.slice(0, -1)) : held === key) this.cached.delete(held);
        }
      }
    },
  };

  readonly events: EventPublisher = {
    publish: async (event) => {
      this.published.push(structuredClone(event));
    },
  };

  /** Somebody stores an original. */
  async put(key: string, content: string): Promise<void> {
    await this.originals.put(key, ENCODER.encode(content), { contentType: "image/png" });
  }

  /** Somebody deletes the current version for good: what was below it comes back, and the store says only "deleted". */
  async deleteVersion(key: string): Promise<void> {
    const versions = this.#versions.get(key) ?? [];
    versions.pop();
    const below = versions.at(-1);
    const { originals } = this.stores;
    if (below) this.#date(key);
    const change = below
      ? await originals.put(key, below, { contentType: "image/png" })
      : await originals.delete(key);
    if (change.sequencer !== undefined) this.#tell({ type: "unclear", key, sequencer: change.sequencer });
  }

  /** Whoever asked for `ask` was answered, or died: it means no upload from now on. */
  answered(ask: Change): void {
    this.#answered.set(ask, this.#uploads.get(ask.key) ?? 0);
  }

  /** The originals store as the handler of `change` sees it. */
  originalsFor(change: Change | undefined): BlobStore {
    return {
      ...this.originals,
      delete: async (key, options) => {
        const meant = change && this.#answered.get(change);
        const deleted = await this.#delete(key, options);
        if (deleted && meant !== undefined && (this.#uploads.get(key) ?? 0) > meant)
          this.broken ??= `what was uploaded to ${key} after its removal had been asked for was deleted`;
        return {};
      },
    };
  }

  /** Visitors ask for every URL that they ever saw, then what must hold at every moment is checked. */
  async watch(keys: readonly string[]): Promise<void> {
    const there = new Set<string>();
    const records = await Promise.all(
      keys.map(async (key) => {
        const [{ items }, record] = await Promise.all([
          this.stores.renditions.list(`${imageIdOf(key)}/`),
          this.stores.records.get(imageIdOf(key)),
        ]);
        for (const item of items) there.add(item.key);
        return { key, record };
      }),
    );
    for (const key of this.#urlsEverPublished) if (there.has(key)) this.cached.add(key);
    for (const { key, record } of records) {
      const missing = record?.renditions.find((rendition) => !there.has(rendition.key));
      if (missing) throw new Error(`the record of ${key} names ${missing.key}, which is not there`);
    }
  }

  /** Resolves to whether anything was there. On a versioned bucket this only adds a delete marker: the versions stay. */
  async #delete(key: string, options: { signal?: AbortSignal } | undefined): Promise<boolean> {
    const { sequencer } = await this.stores.originals.delete(key, options);
    if (sequencer !== undefined) this.#tell({ type: "removed", key, sequencer });
    return sequencer !== undefined;
  }

  /** As S3 dates what it stores: in whole seconds. */
  #date(key: string): void {
    this.#storedAt.set(key, new Date(Math.floor(this.#now / 1_000) * 1_000));
  }

  #dated<Info extends BlobInfo>(info: Info): Info {
    return { ...info, storedAt: this.#storedAt.get(info.key) ?? info.storedAt };
  }

  #tell(change: Change): void {
    this.messages.push({ change, receives: 0, inFlight: false });
  }
}

/** Whether `a` is the newer version. */
export function isNewer(a: Version, b: Version): boolean {
  return compareVersions(a, b) > 0;
}
