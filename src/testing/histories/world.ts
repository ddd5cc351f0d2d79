import type { Change } from "../../domain/model/change.js";
import type { ImageEvent } from "../../domain/model/image-event.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import { compareVersions, type Version } from "../../domain/model/version.js";
import type { CdnUrls } from "../../ports/cdn-urls.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { MetadataRepository } from "../../ports/metadata-repository.js";
import { type Actor, CommitLaws } from "./commit-laws.js";
import { HistoryLooks } from "./looks.js";
import type { Message } from "./message.js";
import { Originals } from "./originals.js";
import { Renditions } from "./renditions.js";
import type { HistoryStores } from "./stores.js";

/**
 * Everything outside the handlers: the stores, the queue that delivers at least once and in any order, the CDN with
 * visitors who ask for every URL that was ever published, the subscribers. It watches what must hold at every moment.
 */
export class World {
  readonly stores: HistoryStores;
  readonly originals: Originals;
  readonly renditions: Renditions;
  readonly laws: CommitLaws;
  readonly messages: Message[] = [];
  readonly looks = new HistoryLooks(this.messages);
  readonly published: ImageEvent[] = [];
  /** The keys in the CDN's cache. */
  readonly cached = new Set<string>();
  /** The forced requests. */
  readonly forced: Change[] = [];
  config = 0;
  /** The first law that was broken by a deed, not by what the deed left behind. */
  broken: string | undefined;
  #now = Date.parse("2026-01-01T00:00:00Z");
  /** The state that the records were listed from last: a listing may be behind. */
  #listed: MetadataRepository["list"] | undefined;

  constructor(stores: HistoryStores) {
    this.stores = stores;
    const reportBroken = (law: string) => {
      this.broken ??= law;
    };
    const readClock = () => new Date(this.#now);
    this.originals = new Originals(stores.originals, {
      clock: readClock,
      // What is kept in order tells of nothing by itself.
      report: (change) => stores.keepOrder || this.#reportChange(change),
      reportBroken,
    });
    this.renditions = new Renditions(stores.renditions, { clock: readClock, reportBroken });
    this.laws = new CommitLaws({ renditions: this.renditions, originals: this.originals, reportBroken });
  }

  readonly readClock = (): Date => {
    this.#now += 1;
    return new Date(this.#now);
  };

  /** Time passes, often too little for a store to tell the moments apart. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  readonly queue: ChangeQueue = {
    send: async (ask) => {
      if (ask.type === "process" && ask.force) this.forced.push(ask);
      if (ask.type === "process" && ask.invalidate)
        this.laws.requireGone(
          deriveImageId(ask.key),
          ask.version,
          await this.stores.records.get(deriveImageId(ask.key)),
        );
      this.#reportChange(ask);
    },
    // Messages are pushed to handlers, as a queue does with functions; nobody pulls.
    receive: async () => [],
    acknowledge: async () => {},
    release: async () => {},
  };

  /** The records as `actor` writes them: every commit is held to the laws. */
  createRecords(actor: Actor): MetadataRepository {
    const { records } = this.stores;
    return {
      get: (imageId) => records.get(imageId),
      getMany: (imageIds) => records.getMany(imageIds),
      scan: (query) => records.scan({ ...query, limit: 1 }),
      // In pages of one, so that others go on between two of them.
      list: (query) => (this.#listed ?? records.list.bind(records))({ ...query, limit: 1 }),
      purge: async (imageId, condition) => {
        await records.purge(imageId, condition);
        this.laws.recordPurge(imageId);
      },
      commit: async (record, condition) => {
        const replaced = await records.get(record.imageId);
        await records.commit(record, condition);
        await this.laws.judgeCommit(record, replaced, actor);
      },
    };
  }

  readonly urls: CdnUrls = {
    getUrl: async (key) => `https://cdn.example/${key}`,
    invalidate: async (keys) => {
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

  /** Visitors ask for every URL that they ever saw, then what must hold at every moment is checked. */
  async watch(keys: readonly string[]): Promise<void> {
    const there = await this.renditions.listKeys(keys.map(deriveImageId));
    for (const key of this.laws.urlsEverPublished) if (there.has(key)) this.cached.add(key);
    for (const { key, renditions } of await this.stores.records.getMany(keys.map(deriveImageId))) {
      const missing = renditions.find(
        (rendition) => !there.has(rendition.key) && !this.renditions.damaged.has(rendition.key),
      );
      if (missing) throw new Error(`the record of ${key} names ${missing.key}, which is not there`);
    }
  }

  /** From now on, listings show the records as they are at this moment. */
  async stopListingUpdates(): Promise<void> {
    const { records } = this.stores;
    const { items } = await records.list({ limit: 1_000 });
    this.#listed = async ({ cursor = "0" }) => {
      const at = Number(cursor);
      const next = at + 1 < items.length ? { cursor: String(at + 1) } : {};
      return { items: items.slice(at, at + 1), ...next };
    };
  }

  /** Listings are up to date again. */
  resumeListingUpdates(): void {
    this.#listed = undefined;
  }

  #reportChange(change: Change): void {
    this.messages.push({ change, attempt: 0, inFlight: false });
  }
}

/** Whether `a` is the newer version. */
export function isNewer(a: Version, b: Version): boolean {
  return compareVersions(a, b) > 0;
}
