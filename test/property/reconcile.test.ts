import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { summarizeDifferences } from "../../src/domain/model/difference.js";
import type { ImageId } from "../../src/domain/model/image-id.js";
import type { PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { definePipeline, type Pipeline } from "../../src/domain/pipeline.js";
import type { ReconcileOptions, ReconcileProgress } from "../../src/domain/use-cases/reconcile-images.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import type { CdnUrls } from "../../src/ports/cdn-urls.js";
import type { ChangeQueue } from "../../src/ports/change-queue.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { CONFIG, DamagedPlace, damages } from "../support/damage.js";
import { judgePlace, readEverything } from "../support/damage-oracle.js";
import { replaceMethods, waitForTick } from "../support/liars/liar.js";
import { chooseCount, SEED } from "../support/sample.js";

const HOUR = 60 * 60 * 1_000;
const numRuns = chooseCount({ fast: 25, ordinary: 25, long: 400 }, "SAFELIGHT_DAMAGES");
const DRAW = { numRuns, endOnFailure: true, seed: SEED };

/** No pause between two requests. */
const APPLY = { apply: true, rate: 1e9 };

const { thumb, square, copy } = CONFIG.thumbnails as Required<typeof CONFIG.thumbnails>;
const wide = thumbnailSpec({ width: 12, format: ["webp", "jpeg"] });
const CONFIGS: readonly PipelineConfig[] = [
  CONFIG,
  { ...CONFIG, thumbnails: { ...CONFIG.thumbnails, wide } },
  { ...CONFIG, thumbnails: { thumb, copy } as PipelineConfig["thumbnails"] },
  { ...CONFIG, thumbnails: { thumb: wide, square } as PipelineConfig["thumbnails"] },
  { ...CONFIG, uploads: { ...CONFIG.uploads, maxPixels: 40 * 31 } },
  { ...CONFIG, metadata: "keep-all" },
];

/** The pipeline of a place under another configuration. `onCall` hears of each call of a store. */
function openPipeline(place: DamagedPlace, config: PipelineConfig, onCall: () => void = () => {}): Pipeline {
  const watchCalls = <Port extends object>(port: Port): Port => {
    const told: Record<string, unknown> = {};
    for (const name of [
      "get",
      "getMany",
      "scan",
      "list",
      "head",
      "put",
      "delete",
      "deleteAll",
      "commit",
      "purge",
      "send",
    ]) {
      const method: unknown = Reflect.get(port, name);
      if (typeof method !== "function") continue;
      told[name] = async (...request: unknown[]) => {
        onCall();
        const answer: unknown = await Reflect.apply(method, port, request);
        onCall();
        return answer;
      };
    }
    return replaceMethods(port, told as Partial<Port>);
  };
  const { originals, renditions, records, queue } = place.adapters;
  return definePipeline({
    ...place.adapters,
    originals: watchCalls(originals),
    renditions: watchCalls(renditions),
    records: watchCalls(records),
    queue: watchCalls(queue),
    engine: createFakeEngine(),
    config,
    clock: () => place.advanceClock(),
  });
}

/** A place after a history, with nobody at work any longer. */
async function prepare(acts: readonly Parameters<DamagedPlace["perform"]>[0][]): Promise<DamagedPlace> {
  const place = new DamagedPlace();
  for (const act of acts) await place.perform(act);
  place.adapters.queue.abandon();
  place.now += 2 * HOUR;
  return place;
}

const summarize = (pipeline: Pipeline, options?: ReconcileOptions) =>
  summarizeDifferences(pipeline.reconcile(options));

describe("reconciling", () => {
  it("brings any damaged state, under any change of the configuration, to what one pass would give, and a second run finds nothing", async () => {
    await fc.assert(
      fc.asyncProperty(damages, fc.constantFrom(...CONFIGS), async (acts, config) => {
        const place = await prepare(acts);
        const pipeline = openPipeline(place, config);
        const done = await summarize(pipeline, APPLY);
        expect(done.outcomes.failed ?? 0).toBe(0);
        await pipeline.drainQueue();
        await judgePlace(place, config);
        place.now += 2 * HOUR;
        expect(await summarize(pipeline)).toMatchObject({ images: 0 });
      }),
      DRAW,
    );
  }, 600_000);

  it("changes nothing unless it is asked to, and tells each image once", async () => {
    await fc.assert(
      fc.asyncProperty(damages, fc.constantFrom(...CONFIGS), async (acts, config) => {
        const place = await prepare(acts);
        const before = await readEverything(place);
        const told: string[] = [];
        for await (const { imageId } of openPipeline(place, config).reconcile()) told.push(imageId);
        expect(await readEverything(place)).toEqual(before);
        expect(new Set(told).size).toBe(told.length);
      }),
      { ...DRAW, numRuns: Math.ceil(numRuns / 3) },
    );
  }, 600_000);

  it("killed at any point and started again, it gets to the same end and renders nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        damages,
        fc.constantFrom(...CONFIGS),
        fc.array(fc.tuple(fc.nat({ max: 120 }), fc.boolean()), { minLength: 1, maxLength: 3 }),
        async (acts, config, kills) => {
          const place = await prepare(acts);
          const made = new Map<string, number>();
          const { renditions } = place.adapters;
          const put: typeof renditions.put = (key, bytes, options) => {
            const [imageId, , , file] = key.split("/");
            const name = `${imageId} ${file}`;
            made.set(name, (made.get(name) ?? 0) + 1);
            return renditions.put(key, bytes, options);
          };
          const adapters = { ...place.adapters, renditions: replaceMethods(renditions, { put }) };
          const watched = Object.assign(Object.create(place) as DamagedPlace, { adapters });
          for (const [calls, isWorked] of kills) {
            let left = calls;
            const controller = new AbortController();
            const kill = () => {
              left -= 1;
              if (left < 0) controller.abort(new Error("killed"));
              controller.signal.throwIfAborted();
            };
            const { signal } = controller;
            const run = summarize(openPipeline(watched, config, kill), { ...APPLY, signal });
            await run.catch((error: unknown) => expect(error).toBe(signal.reason));
            if (isWorked) await openPipeline(watched, config).drainQueue();
          }
          const pipeline = openPipeline(watched, config);
          await summarize(pipeline, APPLY);
          await pipeline.drainQueue();
          await judgePlace(place, config);
          expect([...made].filter(([, times]) => times > 1)).toEqual([]);
          place.now += 2 * HOUR;
          expect(await summarize(pipeline)).toMatchObject({ images: 0 });
        },
      ),
      DRAW,
    );
  }, 600_000);

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
      const first = openPipeline(place, before as PipelineConfig);
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
      const watched = Object.assign(Object.create(place) as DamagedPlace, { adapters });
      const pipeline = openPipeline(watched, after as PipelineConfig);
      const plan = await summarize(pipeline);
      expect(plan).toMatchObject({ images: count, work: { images: count, renditions: numbers } });
      expect(await summarize(pipeline, APPLY)).toEqual({ ...plan, outcomes: { requested: count } });
      await pipeline.drainQueue();
      expect([written.length, deleted.length, invalidated.length]).toEqual([
        numbers.made,
        numbers.deleted,
        0,
      ]);
      const kept = new Set((await listUrls()).map(({ key }) => key));
      expect(urls.filter(({ key }) => !kept.has(key))).toHaveLength(numbers.deleted);
      expect(await summarize(pipeline)).toMatchObject({ images: 0 });
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
      expect(await summarize(updated, { apply })).toMatchObject({
        findings: { "other-engine": 1 },
        outcomes: { left: 1 },
        work: { images: 0, renditions: { made: 0 } },
      });
    expect(await place.adapters.queue.receive({ limit: 9 })).toEqual([]);
    expect(await summarize(updated, { ...APPLY, otherEngine: true })).toMatchObject({
      outcomes: { requested: 1 },
      work: { renditions: { made: 3, kept: 0, deleted: 3 } },
    });
    await updated.drainQueue();
    expect(await summarize(updated)).toMatchObject({ images: 0 });
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
    await summarize(pipeline, { apply: true, rate: 4, onProgress: noteProgress });
    expect(sentAt).toHaveLength(20);
    expect(now - (sentAt[0] ?? 0)).toBeGreaterThanOrEqual(4_500);
    expect(progress[0]).toEqual({ listed: 20, looked: 0 });
    expect(progress.at(-1)).toEqual({ listed: 20, suspects: 20, looked: 20, secondsLeft: 0 });
    expect(progress.find(({ looked }) => looked === 8)?.secondsLeft).toBeGreaterThan(0);
    for (const rate of [0, -1, Number.NaN])
      await expect(summarize(pipeline, { rate })).rejects.toMatchObject({ code: "invalid-input" });
  });
});
