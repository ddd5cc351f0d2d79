import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ObserveSettlement } from "../../../src/domain/use-cases/work-queue.js";
import type { Sleep } from "../../../src/ports/sleep.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const BYTES = createFakeImage({ format: "png", width: 20, height: 10 });
const failCommit = async () => {
  throw new SafelightError("unavailable", "expected a disk but received none");
};

/** Never over, except by being aborted: what happens in a test then was not waited for. */
const sleepForEver: Sleep = (_, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

/** A pipeline that is worked on until `finish`, with the events that it published. */
function startPipeline(given: Partial<Parameters<typeof definePipeline>[0]> = {}) {
  const published: string[] = [];
  let notifyPublished = () => {};
  const ports = {
    ...memory(),
    engine: createFakeEngine(),
    sleep: sleepForEver,
    ...given,
    events: {
      publish: async ({ type, key }: { type: string; key: string }) => {
        published.push(`${type} ${key}`);
        notifyPublished();
      },
    },
  };
  const pipeline = definePipeline(ports);
  const finishing = new AbortController();
  const working = pipeline.work({ finish: finishing.signal });
  const waitForEvent = async (event: string) => {
    while (!published.includes(event)) await new Promise<void>((resolve) => (notifyPublished = resolve));
  };
  const finish = () => {
    finishing.abort();
    return working;
  };
  return { ports, pipeline, until: waitForEvent, finish };
}

describe("a pipeline that works its queue", () => {
  it("settles at once the uploads, requests and removals that came through it", async () => {
    const { ports, pipeline, until, finish } = startPipeline();
    const imageId = await pipeline.upload({ key: "a.png", bytes: BYTES });
    await until("ImageReady a.png");
    await ports.originals.put("b.png", BYTES, { contentType: "image/png" });
    await pipeline.requestProcessing("b.png");
    await until("ImageReady b.png");
    await pipeline.requestRemoval(imageId);
    await until("ImageRemoved a.png");
    expect((await finish()).failed).toBe(0);
    expect((await pipeline.list()).items.map(({ key, status }) => [key, status])).toEqual([
      ["b.png", "ready"],
    ]);
    expect(await ports.queue.receive({ limit: 10 })).toEqual([]);
  });

  it("lets an observer see each settlement, with its result and its error", async () => {
    const seen: string[] = [];
    const ports = { ...memory(), engine: createFakeEngine() };
    const pipeline = definePipeline(ports);
    await pipeline.upload({ key: "a.png", bytes: BYTES });
    const stop = new AbortController();
    const observe: ObserveSettlement = async ({ change, attempt }, settle) => {
      const settled = await settle();
      seen.push(`${change.key} ${attempt} ${settled.outcome}`);
      stop.abort();
      if (seen.length === 1)
        throw new SafelightError("unavailable", "expected an observer that does not fail");
      return settled;
    };
    expect(await pipeline.work({ observe, stop: stop.signal })).toEqual({
      settled: 0,
      failed: 1,
      drained: false,
    });
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    expect(seen).toEqual(["a.png 1 ready"]);
  });

  it("settles changes that came in another way when it is woken", async () => {
    const { ports, pipeline, until, finish } = startPipeline();
    await ports.originals.put("a.png", BYTES, { contentType: "image/png" });
    pipeline.wake();
    await until("ImageReady a.png");
    await finish();
  });

  it("does not end its process when a store fails: it logs, continues, and settles the image once the store is back", async () => {
    const lines: string[] = [];
    let failing = true;
    let notifyLogged = () => {};
    const naps: (() => void)[] = [];
    const stores = memory();
    const { pipeline, until, finish } = startPipeline({
      ...stores,
      records: {
        get: (imageId) => stores.records.get(imageId),
        getMany: (imageIds) => stores.records.getMany(imageIds),
        scan: (query) => stores.records.scan(query),
        list: (query) => stores.records.list(query),
        purge: (imageId, condition) => stores.records.purge(imageId, condition),
        commit: (record, condition) =>
          failing && record.status !== "pending" ? failCommit() : stores.records.commit(record, condition),
      },
      log: (_, message) => {
        lines.push(message);
        notifyLogged();
      },
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          naps.push(resolve);
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    const failed = new Promise<void>((resolve) => (notifyLogged = resolve));
    await pipeline.upload({ key: "a.png", bytes: BYTES });
    await failed;
    failing = false;
    const ready = until("ImageReady a.png");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    for (const end of naps) end();
    await ready;
    expect(lines).toEqual(["change not settled"]);
    await finish();
    expect((await pipeline.get(deriveImageId("a.png")))?.status).toBe("ready");
  });

  it("throws the reason of its signal if settling what is open is aborted", async () => {
    const pipeline = definePipeline({ ...memory(), engine: createFakeEngine() });
    const signal = AbortSignal.abort(new Error("gone"));
    await expect(pipeline.drainQueue({ signal })).rejects.toThrow("gone");
  });

  it("returns the outcome of a pushed delivery, and logs each that must come again", async () => {
    const stores = memory();
    const lines: unknown[] = [];
    const pipeline = definePipeline({
      ...stores,
      engine: createFakeEngine(),
      log: (level, message, fields) => void lines.push([level, message, fields?.error]),
    });
    const [bad, good] = [new TextEncoder().encode("no picture"), BYTES];
    const deliverChange = async (bytes: Uint8Array) => {
      await stores.originals.put("a.png", bytes, { contentType: "image/png" });
      const [delivery] = await stores.queue.receive({ limit: 1 });
      if (!delivery) throw new Error("expected a delivery");
      return delivery;
    };
    const first = await deliverChange(good);
    expect(await pipeline.settle(first)).toEqual({ outcome: "ready" });
    expect(await pipeline.settle(first)).toEqual({ outcome: "superseded" });
    expect(await pipeline.settle(await deliverChange(bad))).toMatchObject({
      outcome: "rejected",
      failure: { code: "unsupported-format" },
    });
    await stores.originals.delete("a.png");
    const [removal] = await stores.queue.receive({ limit: 1 });
    if (!removal) throw new Error("expected a delivery");
    const silent = { publish: () => Promise.reject(new Error("no topic", { cause: "no network" })) };
    const log = (level: string, message: string, fields?: object) =>
      void lines.push([level, message, fields]);
    const failing = definePipeline({ ...stores, engine: createFakeEngine(), events: silent, log });
    await expect(failing.settle(removal)).rejects.toThrow("no topic");
    expect(lines).toEqual([
      [
        "warn",
        "change not settled",
        {
          imageId: deriveImageId("a.png"),
          key: "a.png",
          type: "removed",
          attempt: 1,
          error: "Error: no topic because of no network",
        },
      ],
    ]);
    // It was committed before that; who finishes it says so, and only once.
    expect(await pipeline.settle(removal)).toEqual({ outcome: "removed" });
    expect(await pipeline.settle(removal)).toEqual({ outcome: "superseded" });
  });
});
