import { memory } from "../../src/adapters/memory/index.js";
import { SafelightError } from "../../src/domain/model/errors.js";
import { etag } from "../../src/domain/model/etag.js";
import { deriveImageId, type ImageId } from "../../src/domain/model/image-id.js";
import type { ImageRecord, ReadyRecord } from "../../src/domain/model/image-record.js";
import type { Page } from "../../src/domain/model/page.js";
import { renditionKey } from "../../src/domain/model/storage-layout.js";
import type { PipelinePorts } from "../../src/domain/pipeline.js";
import type { BlobStore, ListedBlob } from "../../src/ports/blob-store.js";
import type { MetadataRepository } from "../../src/ports/metadata-repository.js";
import { replaceMethods } from "./liars/liar.js";

/** One image of this many differs from what should be, by turns in one of three ways. */
export const DIFFERS = 1_000;

const STORED = { size: 1_000_000, etag: etag("e"), storedAt: new Date("2026-01-01T00:00:00.000Z") };

/**
 * Stores of any number of images that compute each page when it is asked for, so that only who asks takes memory. All
 * images are like `model`. Of those that differ, one has no record, the next no original, the third another configuration.
 * An id cannot be turned back into a number: those of the last pages are known, and of all that differ. Calls are counted
 * by name. Renditions are listed image by image, not by their ids, since nobody could sort a million without keeping them.
 */
export class ComputedStores {
  readonly calls: Record<string, number> = {};
  readonly #count: number;
  readonly #model: ReadyRecord;
  readonly #different = new Map<ImageId, number>();
  #recent = new Map<ImageId, number>();
  #before = new Map<ImageId, number>();

  constructor(count: number, model: ReadyRecord) {
    this.#count = count;
    this.#model = model;
  }

  createPorts(): Omit<PipelinePorts, "engine"> {
    const adapters = memory();
    return {
      ...adapters,
      originals: replaceMethods<BlobStore>(adapters.originals, {
        list: (prefix, { cursor, limit = 1_000 } = {}) => this.#listOriginals(prefix, limit, cursor),
        head: async (key) => this.#head(key),
      }),
      renditions: replaceMethods<BlobStore>(adapters.renditions, {
        list: (prefix, { cursor, limit = 1_000 } = {}) => this.#listFiles(prefix, limit, cursor),
      }),
      records: replaceMethods<MetadataRepository>(adapters.records, {
        get: async (imageId) => this.#take("get", this.#read(imageId)),
        getMany: async (ids) =>
          this.#take(
            "getMany",
            ids.flatMap((imageId) => this.#read(imageId) ?? []),
          ),
        scan: async ({ limit, cursor }) =>
          this.#take(
            "scan",
            this.#computePage(limit, cursor, (index) => this.#read(this.#identify(index)) ?? []),
          ),
      }),
    };
  }

  async #listOriginals(_: string, limit: number, cursor?: string): Promise<Page<ListedBlob>> {
    const list = (index: number) => {
      this.#identify(index);
      return index % (3 * DIFFERS) === DIFFERS ? [] : { key: toKey(index), ...STORED };
    };
    return this.#take("originals.list", this.#computePage(limit, cursor, list));
  }

  async #listFiles(prefix: string, limit: number, cursor?: string): Promise<Page<ListedBlob>> {
    const list = (index: number) =>
      (this.#read(this.#identify(index))?.renditions ?? []).map(({ key }) => ({ key, ...STORED }));
    if (prefix === "")
      return this.#take(
        "renditions.list",
        this.#computePage(limit / this.#model.renditions.length, cursor, list),
      );
    return this.#take("renditions.list of one image", {
      items: list(this.#find(prefix.slice(0, 22) as ImageId) ?? 0),
    });
  }

  #head(key: string) {
    const index = Number(/\d+/.exec(key)?.[0]);
    this.#take("originals.head", undefined);
    if (index % (3 * DIFFERS) === DIFFERS) throw new SafelightError("not-found", "there is no such original");
    return { key, ...STORED, contentType: "image/jpeg", metadata: {} };
  }

  #computePage<Item>(
    limit: number,
    cursor: string | undefined,
    compute: (index: number) => Item | readonly Item[],
  ): Page<Item> {
    this.#before = this.#recent;
    this.#recent = new Map();
    const start = Number(cursor ?? 0);
    const end = Math.min(start + limit, this.#count);
    const items = Array.from({ length: end - start }, (_, offset) =>
      compute(start + offset),
    ).flat() as Item[];
    return end < this.#count ? { items, cursor: String(end) } : { items };
  }

  #identify(index: number): ImageId {
    const imageId = deriveImageId(toKey(index));
    this.#recent.set(imageId, index);
    if (index % DIFFERS === 0) this.#different.set(imageId, index);
    return imageId;
  }

  #find(imageId: ImageId): number | undefined {
    return this.#recent.get(imageId) ?? this.#before.get(imageId) ?? this.#different.get(imageId);
  }

  #read(imageId: ImageId): ImageRecord | undefined {
    const index = this.#find(imageId);
    if (index === undefined) throw new Error(`no page has shown ${imageId}`);
    if (index % (3 * DIFFERS) === 0) return undefined;
    const renditions = this.#model.renditions.map((rendition) => ({
      ...rendition,
      key: renditionKey(imageId, this.#model.version, "f", rendition.name, "jpg"),
    }));
    const configuration =
      index % (3 * DIFFERS) === 2 * DIFFERS ? "another.engine" : this.#model.configuration;
    const key = toKey(index) as ReadyRecord["key"];
    return {
      ...this.#model,
      imageId,
      key,
      etag: STORED.etag,
      createdAt: STORED.storedAt.toISOString(),
      processedAt: STORED.storedAt.toISOString(),
      configuration,
      renditions,
    } as ImageRecord;
  }

  #take<Answer>(call: string, answer: Answer): Answer {
    this.calls[call] = (this.calls[call] ?? 0) + 1;
    return answer;
  }
}

function toKey(index: number): string {
  return `photos/${index}.jpg`;
}
