import { expect } from "@jest/globals";
import fc from "fast-check";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { type DifferenceSummary, summarizeDifferences } from "../../../src/domain/model/difference.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { PipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import type { PipelinePorts, ReconcileOptions } from "../../../src/domain/pipeline.js";
import { reconcileImages } from "../../../src/domain/use-cases/reconcile-images.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { guardPorts } from "../../../src/ports/checked/index.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";
import { CONFIG, type Damage, DamagedPlace, damages, KEYS } from "../damage.js";
import { judgePlace } from "../damage-oracle.js";
import { replaceMethods } from "../liars/liar.js";

/** The code that a story attacks. */
export type Reconcile = typeof reconcileImages;

export const HOUR = 60 * 60 * 1_000;

/** One change after the other: of two of one image that are settled side by side, each renders, and one is superseded. */
const IN_TURN = { concurrency: 1 };

/** No pause between two requests. */
export const APPLY: ReconcileOptions = { apply: true, rate: 1e9 };

const { thumb, square, copy } = CONFIG.thumbnails as Required<typeof CONFIG.thumbnails>;
const wide = thumbnailSpec({ width: 12, format: ["webp", "jpeg"] });
const setThumbnails = (thumbnails: object) => ({ ...CONFIG, thumbnails }) as PipelineConfig;

/** Configurations to change to: the same, one spec more, fewer, another one, stricter limits, other metadata. */
export const CONFIGS: readonly PipelineConfig[] = [
  CONFIG,
  setThumbnails({ ...CONFIG.thumbnails, wide }),
  setThumbnails({ thumb, copy }),
  setThumbnails({ thumb: wide, square }),
  { ...CONFIG, uploads: { ...CONFIG.uploads, maxPixels: 40 * 31 } },
  { ...CONFIG, metadata: "keep-all" },
];

/** A history of use and damage, a change of the configuration, and kills of whoever reconciles. */
export interface Story {
  readonly acts: readonly Damage[];
  readonly config: PipelineConfig;
  /** After how many steps each run is killed, and whether the queue is worked after that. */
  readonly kills: readonly (readonly [steps: number, isWorked: boolean])[];
  /** Originals that cannot be read at first, and whether a listing has to read them. */
  readonly unreadable: readonly (readonly [key: string, isReadByListing: boolean])[];
}

/** Random stories. */
export const stories: fc.Arbitrary<Story> = fc.record({
  acts: damages,
  config: fc.constantFrom(...CONFIGS),
  unreadable: fc.uniqueArray(fc.tuple(fc.constantFrom<string>(...KEYS), fc.boolean()), {
    maxLength: 2,
    selector: ([key]) => key,
  }),
  kills: fc.array(fc.tuple(fc.nat({ max: 120 }), fc.boolean()), { maxLength: 3 }),
});

/** A place after a history, with nobody at work any longer. */
export async function prepare(acts: readonly Damage[]): Promise<DamagedPlace> {
  const place = new DamagedPlace();
  for (const act of acts) await place.perform(act);
  place.adapters.queue.abandon();
  place.now += 2 * HOUR;
  return place;
}

/**
 * Plays a story and throws if it does not end as one pass over the originals would, if anything was rendered twice on
 * the way, or if a second run still finds something.
 */
export async function playStory(
  { acts, config, kills, unreadable }: Story,
  reconcile: Reconcile,
): Promise<void> {
  const place = await prepare(acts);
  const counted = countWrites(place);
  if (unreadable.length > 0) await closeReadable(createPorts(counted.place, config), unreadable, reconcile);
  for (const [steps, isWorked] of kills) {
    const controller = new AbortController();
    const { signal } = controller;
    let left = steps;
    const takeStep = () => {
      left -= 1;
      if (left < 0) controller.abort(new Error("killed"));
      signal.throwIfAborted();
    };
    const run = summarize(createPorts(counted.place, config, takeStep), reconcile, { ...APPLY, signal });
    await run.catch((error: unknown) => expect(error).toBe(signal.reason));
    if (isWorked) await definePipeline(createPorts(counted.place, config)).drainQueue(IN_TURN);
  }
  const ports = createPorts(counted.place, config);
  const done = await summarize(ports, reconcile, APPLY);
  expect(done.outcomes.failed ?? 0).toBe(0);
  await definePipeline(ports).drainQueue(IN_TURN);
  await judgePlace(place, config);
  expect(counted.listRepeated()).toEqual([]);
  // Later, when what was written here has come of age too.
  place.now += 2 * HOUR;
  expect(await summarize(ports, reconcileImages)).toMatchObject({ images: 0 });
}

/**
 * Closes all but the images whose originals cannot be read, and throws unless those are told of and nothing else is left.
 * Of what can be listed, only what differs is read.
 */
async function closeReadable(
  ports: ReturnType<typeof createPorts>,
  unreadable: Story["unreadable"],
  reconcile: Reconcile,
): Promise<void> {
  const damaged = { ...ports, originals: refuseToRead(ports.originals, new Map(unreadable)) };
  await summarize(damaged, reconcile, APPLY);
  await definePipeline(damaged).drainQueue(IN_TURN);
  const told = new Set<string | undefined>();
  for await (const { key, findings, outcome } of reconcile(damaged)) {
    told.add(key);
    expect([findings.map(({ kind }) => kind), outcome]).toEqual([["unreadable"], "failed"]);
  }
  const allowed = unreadable.map(([key]) => key);
  expect(allowed).toEqual(expect.arrayContaining([...told]));
  const stored = (await ports.originals.list("")).items.map(({ key }) => key);
  for (const [key, isReadByListing] of unreadable)
    if (isReadByListing && stored.includes(key)) expect(told).toContain(key);
}

/** The store, which cannot read some blobs, and of some of them cannot even list what it would have to read. */
function refuseToRead(store: BlobStore, unreadable: ReadonlyMap<string, boolean>): BlobStore {
  const assertReadable = (key: string) => {
    if (unreadable.has(key)) throw new SafelightError("unavailable", `${key} cannot be read`);
  };
  return replaceMethods(store, {
    head: async (key, options) => {
      const found = await store.head(key, options);
      assertReadable(key);
      return found;
    },
    get: async (key, options) => {
      const found = await store.get(key, options);
      assertReadable(key);
      return found;
    },
    list: async (prefix, options = {}) => {
      const page = await store.list(prefix, options);
      const items = page.items.filter(({ key }) => !unreadable.get(key));
      for (const { key } of page.items)
        if (!items.some((item) => item.key === key)) options.onUnreadable?.({ key });
      return { ...page, items };
    },
  });
}

/** The differences that code finds, added up. */
export function summarize(
  ports: ReturnType<typeof createPorts>,
  reconcile: Reconcile,
  options?: ReconcileOptions,
): Promise<DifferenceSummary> {
  return summarizeDifferences(reconcile(ports, options));
}

/** Stores and a clock. */
export interface Place {
  readonly adapters: Omit<PipelinePorts, "engine" | "config" | "clock" | "log">;
  advanceClock(): Date;
}

/** The ports of a place under a configuration. `step` is called before and after each call of a store. */
export function createPorts(place: Place, config: PipelineConfig, step: () => void = () => {}) {
  const { adapters } = place;
  const { originals, renditions, records, queue } = adapters;
  return guardPorts({
    ...adapters,
    originals: watchCalls(originals, step),
    renditions: watchCalls(renditions, step),
    records: watchCalls(records, step),
    queue: watchCalls(queue, step),
    engine: createFakeEngine(),
    config,
    clock: () => place.advanceClock(),
    log: () => {},
  });
}

/** The place, with each rendition that is written counted by its image and its file's name. */
function countWrites(place: DamagedPlace) {
  const written = new Map<string, number>();
  const { renditions } = place.adapters;
  const put: typeof renditions.put = (key, bytes, options) => {
    const [imageId, , , file] = key.split("/");
    const name = `${imageId} ${file}`;
    written.set(name, (written.get(name) ?? 0) + 1);
    return renditions.put(key, bytes, options);
  };
  const adapters = { ...place.adapters, renditions: replaceMethods(renditions, { put }) };
  return {
    place: { adapters, advanceClock: () => place.advanceClock() },
    listRepeated: () => [...written].filter(([, times]) => times > 1),
  };
}

const CALLS = [
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
];

function watchCalls<Port extends object>(port: Port, step: () => void): Port {
  const watched = CALLS.flatMap((name) => {
    const method: unknown = Reflect.get(port, name);
    if (typeof method !== "function") return [];
    const call = async (...request: unknown[]) => {
      step();
      const answer: unknown = await Reflect.apply(method, port, request);
      step();
      return answer;
    };
    return [[name, call]];
  });
  return replaceMethods(port, Object.fromEntries(watched) as Partial<Port>);
}
