import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { summarizeDifferences } from "../../src/domain/model/difference.js";
import type { ImageId } from "../../src/domain/model/image-id.js";
import type { PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { NO_WORK } from "../../src/domain/model/work.js";
import type { Pipeline, ReconcileOptions, ReconcileProgress } from "../../src/domain/pipeline.js";
import { reconcileImages } from "../../src/domain/use-cases/reconcile-images.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import type { CdnUrls } from "../../src/ports/cdn-urls.js";
import type { ChangeQueue } from "../../src/ports/change-queue.js";
import type { MetadataRepository } from "../../src/ports/metadata-repository.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { CONFIG, DamagedPlace } from "../support/damage.js";
import { readEverything } from "../support/damage-oracle.js";
import { replaceMethods, waitForTick } from "../support/liars/liar.js";
import {
  APPLY,
  createPorts,
  HOUR,
  playStory,
  prepare,
  stories,
  summarize,
} from "../support/reconcile/play.js";
import { chooseCount, SEED } from "../support/sample.js";

const numRuns = chooseCount({ fast: 30, ordinary: 30, long: 200 }, "SAFELIGHT_DAMAGES");
const DRAW = { numRuns, endOnFailure: true, seed: SEED };

const { thumb, copy } = CONFIG.thumbnails;

const summarizeRun = (pipeline: Pipeline, options?: ReconcileOptions) =>
  summarizeDifferences(pipeline.reconcile(options));

describe("reconciling", () => {
  it("brings any damaged state, under any change of the configuration, to what one pass would give, killed anywhere and started again, renders nothing twice, and finds nothing in a second run", async () => {
    await fc.assert(
      fc.asyncProperty(stories, (story) => playStory(story, reconcileImages)),
      DRAW,
    );
  }, 600_000);

  it("changes nothing unless it is asked to, and tells each image once", async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ acts, config }) => {
        const place = await prepare(acts);
        const before = await readEverything(place);
        const told: string[] = [];
        for await (const { imageId } of reconcileImages(createPorts(place, config))) told.push(imageId);
        expect(await readEverything(place)).toEqual(before);
        expect(new Set(told).size).toBe(told.length);
      }),
      { ...DRAW, numRuns: Math.ceil(numRuns / 5) },
    );
  }, 600_000);

  it("says nothing of an image that is being worked on", async () => {
    const place = await prepare([
      ["upload", "a.png", 0],
      ["deleteRendition", "a.png", 0],
    ]);
    const { records, renditions } = place.adapters;
    let moves = 0;
    const racing = replaceMethods<BlobStore>(renditions, {
      list: async (prefix, options) => {
        const page = await renditions.list(prefix, options);
        if (prefix === "" || moves > 0) return page;
        moves += 1;
        await place.tamper("a.png", (record) => record);
        return page;
      },
    });
    const adapters = { ...place.adapters, renditions: racing };
    const ports = createPorts({ adapters, advanceClock: () => place.advanceClock() }, CONFIG);
    expect(await summarize(ports, reconcileImages)).toMatchObject({ images: 0 });
    expect(await summarize(ports, reconcileImages)).toMatchObject({ findings: { "missing-rendition": 1 } });
    const failing = replaceMethods<MetadataRepository>(records, {
      scan: () => Promise.reject(new Error("the disk is on fire")),
    });
    await expect(summarize({ ...ports, records: failing }, reconcileImages)).rejects.toThrow("on fire");
  });

  describe.each([
    [
      "adding a spec",
      CONFIG,
      { ...CONFIG, thumbnails: { ...CONFIG.thumbnails, more: thumb } },
      { made: 1, deleted: 0 },
    ],
    ["removing a spec", CONFIG, { ...CONFIG, thumbnails: { thumb, copy } }, { made: 0, deleted: 1 }],
  ] as const)("%s", (_, before, after, each) => {
    const count = chooseCount({ fast: 25, ordinary: 25, long: 1_000 });
    const numbers = {
      made: count * each.made,
      kept: count * (3 - each.deleted),
      deleted: count * each.deleted,
    };

    it("touches what differs and nothing else, deletes after the commit, and is what the plan says", async () => {
      const place = new DamagedPlace();
      const first = definePipeline(createPorts(place, before as PipelineConfig));
      const keys = Array.from({ length: count }, (_, index) => `${index}.png`);
      for (const key of keys)
        await first.process({
          key,
          bytes: createFakeImage({ format: "png", width: 40, height: 30, payload: key }),
        });
      const readRecords = () => Promise.all(keys.map((key) => place.record(key)));
      const listUrls = async () => (await readRecords()).flatMap((record) => record?.renditions ?? []);
      const urls = await listUrls();
      const { renditions, urls: cdn } = place.adapters;
      const [written, deleted, invalidated]: [string[], string[], string[]] = [[], [], []];
      const adapters = {
        ...place.adapters,
        renditions: replaceMethods<BlobStore>(renditions, {
          put: (key, bytes, options) => {
            written.push(key);
            return renditions.put(key, bytes, options);
          },
          deleteAll: async (gone) => {
            const ids = [...new Set(gone.map((key) => key.slice(0, 22) as ImageId))];
            const named = (await place.adapters.records.getMany(ids)).flatMap((record) =>
              record.renditions.map(({ key }): string => key),
            );
            expect(gone.filter((key) => named.includes(key))).toEqual([]);
            deleted.push(...gone);
            return renditions.deleteAll(gone);
          },
        }),
        urls: replaceMethods<CdnUrls>(cdn, { invalidate: async (some) => void invalidated.push(...some) }),
      };
      const watched = { adapters, advanceClock: () => place.advanceClock() };
      const ports = createPorts(watched, after as PipelineConfig);
      const pipeline = definePipeline(ports);
      const plan = await summarizeRun(pipeline);
      expect(plan).toMatchObject({
        images: count,
        work: { images: { changed: count }, renditions: numbers },
      });
      expect(await summarizeRun(pipeline, APPLY)).toEqual({ ...plan, outcomes: { requested: count } });
      await pipeline.drainQueue();
      expect([written.length, deleted.length, invalidated.length]).toEqual([
        numbers.made,
        numbers.deleted,
        0,
      ]);
      const kept = new Set((await listUrls()).map(({ key }) => key));
      expect(urls.filter(({ key }) => !kept.has(key))).toHaveLength(numbers.deleted);
      expect(await summarizeRun(pipeline)).toMatchObject({ images: 0 });
    }, 60_000);
  });

  it("finds images of another engine and leaves them, unless it is asked to render them", async () => {
    const place = await prepare([]);
    const bytes = createFakeImage({ format: "png", width: 40, height: 30 });
    await place.pipeline.process({ key: "a.png", bytes });
    const engine = { ...createFakeEngine(), version: "another" };
    const updated = definePipeline({
      ...place.adapters,
      engine,
      config: CONFIG,
      clock: () => place.advanceClock(),
    });
    for (const apply of [false, true])
      expect(await summarizeRun(updated, { apply })).toMatchObject({
        findings: { "other-engine": 1 },
        outcomes: { left: 1 },
        work: NO_WORK,
      });
    expect(await place.adapters.queue.receive({ limit: 9 })).toEqual([]);
    expect(await summarizeRun(updated, { ...APPLY, otherEngine: true })).toMatchObject({
      outcomes: { requested: 1 },
      work: { renditions: { made: 3, kept: 0, deleted: 3 } },
    });
    await updated.drainQueue();
    expect(await summarizeRun(updated)).toMatchObject({ images: 0 });
  });

  it("sends no more requests in a second than it is told, and tells how far it is", async () => {
    const place = await prepare([]);
    for (let index = 0; index < 20; index += 1)
      await place.adapters.originals.put(`${index}.png`, new Uint8Array([index]), {
        contentType: "image/png",
      });
    await place.loseChanges();
    let now = place.now + 2 * HOUR;
    const sentAt: number[] = [];
    const queue = replaceMethods<ChangeQueue>(place.adapters.queue, {
      send: async () => void sentAt.push(now),
    });
    const pipeline = definePipeline({
      ...place.adapters,
      queue,
      engine: createFakeEngine(),
      config: CONFIG,
      clock: () => new Date(now),
      sleep: async (milliseconds) => {
        // Many wait at once, each for its own time.
        const until = now + milliseconds;
        await waitForTick();
        now = Math.max(now, until);
      },
    });
    const progress: ReconcileProgress[] = [];
    const noteProgress = (one: ReconcileProgress) => void progress.push(one);
    await summarizeRun(pipeline, { apply: true, rate: 4, onProgress: noteProgress });
    expect(sentAt).toHaveLength(20);
    expect(now - (sentAt[0] ?? 0)).toBeGreaterThanOrEqual(4_500);
    expect(progress[0]).toEqual({ listed: 20, looked: 0 });
    expect(progress.at(-1)).toEqual({ listed: 20, suspects: 20, looked: 20, secondsLeft: 0 });
    expect(progress.find(({ looked }) => looked === 8)?.secondsLeft).toBeGreaterThan(0);
    for (const rate of [0, -1, Number.NaN])
      await expect(summarizeRun(pipeline, { rate })).rejects.toMatchObject({ code: "invalid-input" });
  });
});
