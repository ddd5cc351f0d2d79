import fc from "fast-check";
import { type MemoryAdapters, memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../src/domain/model/image-record.js";
import { DEFAULT_CONFIG, type PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { renditionKey, toDecodeMarkerKey } from "../../src/domain/model/storage-layout.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { PENDING_VERSION, version } from "../../src/domain/model/version.js";
import type { Pipeline } from "../../src/domain/pipeline.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";

/** The images that are damaged; the last one is never uploaded by the history itself. */
export const KEYS = ["a.png", "b.png", "c/d.png", "never.png"] as const;

/** Three renditions an image, one of them a copy, and one that follows the focal point. */
export const CONFIG: PipelineConfig = {
  ...DEFAULT_CONFIG,
  thumbnails: {
    thumb: thumbnailSpec({ width: 8 }),
    square: thumbnailSpec({ width: 6, height: 6 }),
    copy: { copy: true },
  },
};

const VERSIONS = [
  PENDING_VERSION,
  version({ sequencer: "0000000000000001", revision: 0 }),
  version({ sequencer: "_", revision: 3 }),
];

/** One act of damage, or of ordinary use, on one image. */
export type Damage = readonly [kind: keyof typeof ACTS, key: (typeof KEYS)[number], number: number];

/** A place where things go wrong, with a clock that only the test moves. */
export class DamagedPlace {
  now = Date.parse("2026-01-01T00:00:00Z");
  readonly adapters: MemoryAdapters = memory({ clock: () => this.advanceClock() });
  readonly pipeline: Pipeline = definePipeline({
    ...this.adapters,
    engine: createFakeEngine(),
    config: CONFIG,
    clock: () => this.advanceClock(),
  });

  /** Every look at the clock is a millisecond later, so that no two moments look the same. */
  advanceClock(): Date {
    this.now += 1;
    return new Date(this.now);
  }

  async record(key: string): Promise<ImageRecord | undefined> {
    return this.adapters.records.get(deriveImageId(key));
  }

  /** Writes over a record as nobody should. */
  async tamper(key: string, change: (record: ImageRecord) => ImageRecord): Promise<void> {
    const record = await this.record(key);
    if (record)
      await this.adapters.records.commit(
        { ...change(record), edition: record.edition + 1 },
        { replacing: record },
      );
  }

  /**
   * The changes that wait are lost, as if a dead-letter queue had been emptied. Asks for a removal stay: they are all
   * that tells of a tombstone that still owes something.
   */
  async loseChanges(): Promise<void> {
    const { queue } = this.adapters;
    for (const { id, change } of await queue.receive({ limit: 1_000 }))
      await (change.type === "remove" ? queue.release(id) : queue.acknowledge(id));
  }

  async perform([kind, key, number]: Damage): Promise<void> {
    await ACTS[kind](this, key, number);
  }
}

/** The acts of a random history, the worst last. */
const ACTS = {
  upload: async (place: DamagedPlace, key: string, number: number) => {
    await place.pipeline.process({ key, bytes: createImageBytes(number) });
  },
  remove: async (place: DamagedPlace, key: string) => {
    await place.pipeline.remove(deriveImageId(key));
  },
  edit: async (place: DamagedPlace, key: string, number: number) => {
    await place.pipeline.edit(deriveImageId(key), {
      focalPoint: { x: number % 2, y: 0 },
      alt: `${number}`,
    });
    if (number % 3) await place.loseChanges();
  },
  crash: async (place: DamagedPlace, key: string) => {
    await place.tamper(key, (record) => {
      if (record.status !== "ready") return record;
      const { exif: _e, rights: _r, placeholder: _p, tagging: _t, dropped: _d, ...rest } = record;
      const failure = { code: "decoder-crashed", message: "the decoder died" } as const;
      return { ...rest, edition: record.edition + 1, status: "rejected", tags: [], renditions: [], failure };
    });
  },
  leaveOpen: async (place: DamagedPlace, key: string, number: number) => {
    await place.pipeline.upload({ key, bytes: createImageBytes(number) });
  },
  loseUpload: async (place: DamagedPlace, key: string, number: number) => {
    await place.adapters.originals.put(key, createImageBytes(number), { contentType: "image/png" });
    await place.loseChanges();
  },
  loseRemoval: async (place: DamagedPlace, key: string) => {
    await place.adapters.originals.delete(key);
    await place.loseChanges();
  },
  loseChanges: (place: DamagedPlace) => place.loseChanges(),
  deleteRendition: async ({ adapters }: DamagedPlace, key: string, number: number) => {
    const { items } = await adapters.renditions.list(`${deriveImageId(key)}/`);
    const file = items[number % Math.max(items.length, 1)];
    if (file) await adapters.renditions.delete(file.key);
  },
  deleteRenditions: async ({ adapters }: DamagedPlace, key: string) => {
    const { items } = await adapters.renditions.list(`${deriveImageId(key)}/`);
    await adapters.renditions.deleteAll(items.map((file) => file.key));
  },
  addOrphan: async ({ adapters }: DamagedPlace, key: string, number: number) => {
    const version = VERSIONS[number % VERSIONS.length] ?? PENDING_VERSION;
    const id = deriveImageId(key);
    const file =
      number % 2 ? toDecodeMarkerKey(id, version) : renditionKey(id, version, "stray", "thumb", "png");
    await adapters.renditions.put(file, createImageBytes(number), { contentType: "image/png" });
  },
  dropRecord: async (place: DamagedPlace, key: string) => {
    const record = await place.record(key);
    if (record) await place.adapters.records.purge(record.imageId, { replacing: record });
  },
  makePending: async (place: DamagedPlace, key: string) => {
    await place.tamper(key, ({ imageId, key, version, edition, createdAt, fileName }) => {
      const settled = { configuration: "", tags: [], renditions: [] } as const;
      return { imageId, key, version, edition, status: "pending", createdAt, fileName, ...settled };
    });
  },
  reopenOutbox: async (place: DamagedPlace, key: string) => {
    const record = await place.record(key);
    if (!record || record.status === "pending") return;
    const { expiresAt: _, ...rest } = record;
    const events = [{ type: "ImageReady" as const, version: record.version, time: record.createdAt }];
    const reopened = {
      ...rest,
      edition: record.edition + 1,
      outbox: {
        invalidations: [renditionKey(record.imageId, PENDING_VERSION, "old", "thumb", "png")],
        events,
      },
    };
    await place.adapters.records.commit(reopened, { replacing: record });
    // As after a crash: the change is acknowledged only once the outbox is done.
    if (record.status === "removed")
      await place.adapters.queue.send({ type: "remove", key, version: record.version });
  },
  expire: async (place: DamagedPlace, key: string) => {
    await place.pipeline.remove(deriveImageId(key));
    const expiresAt = new Date(place.now - 1).toISOString();
    await place.tamper(key, (record) => (record.expiresAt ? { ...record, expiresAt } : record));
  },
};

/** Whole pictures, one that breaks while it is decoded and one that is none. */
function createImageBytes(number: number): Uint8Array {
  if (number % 7 === 5) return new TextEncoder().encode("not an image");
  const payload = number % 7 === 6 ? "broken" : `content ${number}`;
  return createFakeImage({ format: "png", width: 40, height: 30 + (number % 3), payload });
}

/** Random histories of use and damage. */
export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])),
    fc.constantFrom(...KEYS),
    fc.nat({ max: 41 }),
  ),
  { minLength: 3, maxLength: 24, size: "max" },
);
