import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { type Difference, summarizeDifferences } from "../../../src/domain/model/difference.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import type { MetadataRepository } from "../../../src/ports/metadata-repository.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { rejectAll, replaceMethods } from "../../support/liars/liar.js";

const BYTES = createFakeImage({ format: "png", width: 40, height: 30 });
const AWAY = new SafelightError("unavailable", "the store is away");

/** Stores in which so many originals lie that nobody told of. */
async function fill(count: number) {
  const stores = memory();
  for (let index = 0; index < count; index += 1)
    await stores.originals.put(`${index}.png`, BYTES, { contentType: "image/png" });
  for (let open = await receive(stores); open.length > 0; open = await receive(stores))
    for (const { id } of open) await stores.queue.acknowledge(id);
  return stores;
}

const receive = ({ queue }: ReturnType<typeof memory>) => queue.receive({ limit: 1_000 });

function createPipeline(stores: ReturnType<typeof memory>, changed: Partial<ReturnType<typeof memory>>) {
  return definePipeline({ ...stores, ...changed, engine: createFakeEngine() });
}

const refuseSome = (store: BlobStore, isRefused: (key: string) => boolean) =>
  replaceMethods<BlobStore>(store, {
    head: async (key, options) => {
      if (isRefused(key)) throw new SafelightError("unavailable", `refused: ${key}`);
      return store.head(key, options);
    },
  });

describe("an original that cannot be read", () => {
  it("is told with the reason, by reconcile and doctor, and all others are closed", async () => {
    const stores = await fill(20);
    const isRefused = (key: string) => key === "3.png" || key === "4.png";
    const originals = refuseSome(stores.originals, isRefused) as typeof stores.originals;
    const pipeline = createPipeline(stores, { originals });
    const told: Difference[] = [];
    const how = { apply: true, rate: 1e9, graceMs: 0, only: ["unrecorded-original"] } as const;
    for await (const difference of pipeline.reconcile(how)) told.push(difference);
    expect(told.filter(({ outcome }) => outcome === "requested")).toHaveLength(18);
    expect(told.filter(({ outcome }) => outcome === "failed")).toMatchObject([
      { key: "3.png", findings: [{ kind: "unreadable" }], problem: "refused: 3.png" },
      { key: "4.png", findings: [{ kind: "unreadable" }], problem: "refused: 4.png" },
    ]);
    await pipeline.drainQueue();
    for (const repair of [false, true])
      expect(await pipeline.doctor({ repair, graceMs: 0 })).toMatchObject([
        { kind: "unreadable", key: "3.png", repaired: false, problem: "refused: 3.png" },
        { kind: "unreadable", key: "4.png", repaired: false, problem: "refused: 4.png" },
      ]);
    expect((await pipeline.list()).items).toHaveLength(18);
  });

  it("that became unreadable between a look and its repair is told by doctor, too", async () => {
    const stores = await fill(3);
    let looks = 0;
    const originals = refuseSome(stores.originals, (key) => key === "1.png" && ++looks > 1);
    const pipeline = createPipeline(stores, { originals: originals as typeof stores.originals });
    expect(await pipeline.doctor({ repair: true, graceMs: 0 })).toMatchObject([
      { key: "0.png", repaired: true },
      { key: "1.png", repaired: false, problem: "refused: 1.png" },
      { key: "2.png", repaired: true },
    ]);
  });
});

describe("a file among the renditions that Safelight did not make", () => {
  it("is told, and neither reconcile nor doctor touches it", async () => {
    const stores = await fill(1);
    const strays = ["notes.txt", "old/thumb.jpg", `${"x".repeat(22)}/thumb.jpg`].sort();
    for (const key of strays) await stores.renditions.put(key, BYTES, { contentType: "image/png" });
    const pipeline = createPipeline(stores, {});
    const told: string[] = [];
    const how = { graceMs: 0, onStrayFile: (key: string) => void told.push(key) };
    await summarizeDifferences(pipeline.reconcile({ ...how, apply: true, rate: 1e9 }));
    await pipeline.drainQueue();
    await pipeline.doctor({ ...how, repair: true });
    expect(told.sort()).toEqual([...strays, ...strays].sort());
    for (const key of strays) expect((await stores.renditions.head(key)).key).toBe(key);
  });
});

describe("a store that is away", () => {
  it.each([
    ["originals", (stores) => ({ originals: rejectAll(stores.originals, AWAY) })],
    ["renditions", (stores) => ({ renditions: rejectAll(stores.renditions, AWAY) })],
    ["records", (stores) => ({ records: rejectAll(stores.records, AWAY) })],
  ] as readonly (readonly [string, (stores: ReturnType<typeof memory>) => object])[])(
    "%s: ends the run once it is away, and is told once",
    async (name, takeAway) => {
      const stores = await fill(40);
      const gone = takeAway(stores) as Record<string, object>;
      let away = false;
      const changed = new Proxy(stores[name as "records"], {
        get: (there, method) => {
          const member: unknown = Reflect.get(away ? (gone[name] as object) : there, method);
          return typeof member === "function" ? member.bind(there) : member;
        },
      });
      const pipeline = createPipeline(stores, { [name]: changed });
      const told: Difference[] = [];
      const run = async () => {
        for await (const difference of pipeline.reconcile({ graceMs: 0 })) {
          told.push(difference);
          away = true;
        }
      };
      await expect(run()).rejects.toThrow("the store is away");
      expect(told.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(told.length).toBeLessThan(40);
    },
  );

  it("whose listings can be read and nothing else ends the run after a thousand images", async () => {
    const stores = await fill(1_000);
    const { list } = stores.originals;
    // The look whether the store is away costs nothing here.
    const there = replaceMethods<BlobStore>(stores.originals, {
      list: (prefix, how) =>
        how?.limit === 1 ? Promise.resolve({ items: [] }) : list.call(stores.originals, prefix, how),
    });
    const originals = refuseSome(there, () => true) as typeof stores.originals;
    const failing = replaceMethods<ChangeQueue>(stores.queue, { send: () => Promise.reject(AWAY) });
    for (const changed of [
      { originals },
      { originals: there as typeof stores.originals, queue: failing as typeof stores.queue },
    ]) {
      const differences = createPipeline(stores, changed).reconcile({ apply: true, rate: 1e9, graceMs: 0 });
      await expect(summarizeDifferences(differences)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("1000 images in a row"),
      });
    }
  });

  it("is no program that fails: that is thrown as it is", async () => {
    const stores = await fill(2);
    const records = replaceMethods<MetadataRepository>(stores.records, {
      get: () => Promise.reject(new TypeError("undefined is no function")),
    }) as typeof stores.records;
    const differences = createPipeline(stores, { records }).reconcile({ graceMs: 0 });
    await expect(summarizeDifferences(differences)).rejects.toThrow(TypeError);
  });
});
