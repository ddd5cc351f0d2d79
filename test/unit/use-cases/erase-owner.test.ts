import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { decorate } from "../../../src/ports/checked/decorate.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });

async function startWithImages(count: number) {
  const ports = memory();
  const config = { uploads: { owner: "caller" } } as const;
  const pipeline = definePipeline({ ...ports, engine: createFakeEngine(), config });
  for (let index = 0; index < count; index += 1)
    for (const owner of ["anna", "ben", undefined])
      await pipeline[index % 2 ? "upload" : "process"]({ key: `${owner}/${index}.png`, bytes: BYTES, owner });
  const listKeys = async (owner?: string) =>
    (await pipeline.list({ limit: 1_000, ...(owner !== undefined && { owner }) })).items.map(
      ({ key }) => key,
    );
  return { ports, pipeline, listKeys };
}

describe("erasing an owner", () => {
  it("removes all of their images, pending ones too, and no other's", async () => {
    const { ports, pipeline, listKeys } = await startWithImages(6);
    const worker = new AbortController();
    const working = pipeline.work({ signal: worker.signal });
    expect(await pipeline.eraseOwner("anna", { seconds: 60 })).toEqual({ requested: 6, done: true });
    worker.abort();
    await working;
    await pipeline.drainQueue();
    expect(await listKeys("anna")).toEqual([]);
    expect(await listKeys()).toHaveLength(12);
    const stored = (await ports.originals.list("")).items.map(({ key }) => key);
    expect(stored).toHaveLength(12);
    expect(stored.filter((key) => key.startsWith("anna/"))).toEqual([]);
  });

  it("is not done while nobody works the queue, and is finished by repeating it", async () => {
    const { pipeline } = await startWithImages(2);
    expect(await pipeline.eraseOwner("anna")).toEqual({ requested: 2, done: false });
    await pipeline.drainQueue();
    expect(await pipeline.eraseOwner("anna")).toEqual({ requested: 0, done: true });
    expect(await pipeline.eraseOwner("nobody")).toEqual({ requested: 0, done: true });
  });

  it("erases what is uploaded while it is at work, and tells of each image whose removal it requested", async () => {
    const { pipeline, listKeys } = await startWithImages(2);
    const told: string[] = [];
    const late: Promise<unknown>[] = [];
    const worker = new AbortController();
    const working = pipeline.work({ signal: worker.signal });
    const noteAndUpload = ({ key }: { readonly key: string }) => {
      told.push(key);
      if (told.length === 1)
        late.push(pipeline.upload({ key: "anna/late.png", bytes: BYTES, owner: "anna" }));
    };
    const { done } = await pipeline.eraseOwner("anna", { seconds: 60, onRequested: noteAndUpload });
    await Promise.all(late);
    worker.abort();
    await working;
    expect([done, new Set(told)]).toEqual([true, new Set(["anna/0.png", "anna/1.png", "anna/late.png"])]);
    expect(await listKeys("anna")).toEqual([]);
  });

  it("is refused where the configuration knows no owners, and for a name that none can have", async () => {
    const { ports, pipeline } = await startWithImages(1);
    const ownerless = definePipeline({ ...ports, engine: createFakeEngine() });
    await expect(ownerless.eraseOwner("anna")).rejects.toMatchObject({ code: "invalid-input" });
    await expect(pipeline.eraseOwner("")).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("may be stopped at any call to a store, and once repeated leaves none of theirs and all others", async () => {
    let calls = 0;
    for (let stoppedAt = 1; ; stoppedAt += 1) {
      const { ports, pipeline, listKeys } = await startWithImages(2);
      calls = 0;
      const stop = <Store extends object>(store: Store): Store =>
        new Proxy(store, {
          get(_target, name) {
            const value: unknown = Reflect.get(store, name, store);
            if (typeof value !== "function") return value;
            return (...given: unknown[]) => {
              calls += 1;
              if (calls === stoppedAt) throw new Error("stopped");
              return value.apply(store, given);
            };
          },
        });
      const { records, originals, queue } = ports;
      const stopped = definePipeline({
        ...ports,
        engine: createFakeEngine(),
        config: { uploads: { owner: "caller" } },
        records: stop(records),
        originals: stop(originals),
        queue: stop(queue),
      });
      await stopped.eraseOwner("anna").catch(() => {});
      const isStopped = calls >= stoppedAt;
      await pipeline.drainQueue();
      for (let done = false; !done; await pipeline.drainQueue())
        done = (await pipeline.eraseOwner("anna")).done;
      const left = (await originals.list("")).items.map(({ key }) => key.split("/")[0]);
      expect([stoppedAt, (await listKeys()).length, left]).toEqual([
        stoppedAt,
        4,
        ["ben", "ben", "undefined", "undefined"],
      ]);
      if (!isStopped) break;
    }
    // Listing, and for each of two images its record, its request, the look at its original and the delete.
    expect(calls).toBeGreaterThanOrEqual(9);
  });

  it("touches no other's image, even if a listing shows it", async () => {
    const { ports, listKeys } = await startWithImages(2);
    const careless = decorate(ports.records, {
      list: ({ owner: _owner, ...query }: Parameters<typeof ports.records.list>[0]) =>
        ports.records.list(query),
    });
    const config = { uploads: { owner: "caller" } } as const;
    const pipeline = definePipeline({ ...ports, records: careless, engine: createFakeEngine(), config });
    expect((await pipeline.eraseOwner("anna")).requested).toBe(2);
    await pipeline.drainQueue();
    expect(await listKeys("anna")).toEqual([]);
    expect(await listKeys()).toHaveLength(4);
  });
});
