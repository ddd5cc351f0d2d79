import { beforeEach, describe, expect, it } from "@jest/globals";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { etag } from "../../../src/domain/model/etag.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { isProcessed } from "../../../src/domain/model/image-record.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { PENDING_VERSION } from "../../../src/domain/model/version.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const BYTES = new TextEncoder().encode("IMG png 12x8 payload");
const STRANGE = deriveImageId("nobody uploaded this");

/** An engine for those who only ask: it must never be asked itself. */
const UNABLE: ImageEngine = {
  version: "fake 1",
  inspect: () => Promise.reject(new Error("inspected")),
  render: () => Promise.reject(new Error("rendered")),
};

describe("a pipeline without an engine", () => {
  let ports: MemoryAdapters;
  let worker: Pipeline;
  let asker: Pipeline;
  let paused: number[];
  beforeEach(() => {
    ports = memory();
    paused = [];
    worker = definePipeline({ ...ports, engine: createFakeEngine() });
    asker = definePipeline({
      ...ports,
      engine: UNABLE,
      sleep: async (milliseconds) => void paused.push(milliseconds),
    });
  });

  const version = async () => (await ports.records.get(ID))?.version;
  const listRequests = async () => {
    const open = await ports.queue.receive({ limit: 100 });
    for (const { id } of open) await ports.queue.release(id);
    return open.map(({ change }) => change.type);
  };
  const storeOriginal = async () => ({
    originals: (await ports.originals.list("")).items.map(({ key }) => key),
    renditions: (await ports.renditions.list("")).items.map(({ key }) => key),
  });

  it("requests the processing of an original, and the worker does it", async () => {
    await ports.originals.put(KEY, BYTES, { contentType: "image/png" });
    const asked = await asker.requestProcessing(KEY);
    expect(asked).toEqual({ imageId: ID, key: KEY, version: { epoch: 0, sequencer: "", revision: 1 } });
    expect(await asker.waitUntilSettled(ID, { since: asked.version })).toEqual({ settled: false });
    await worker.drainQueue();
    const { settled, image } = await asker.waitUntilSettled(ID, { since: asked.version });
    expect({ settled, status: image?.status }).toEqual({ settled: true, status: "ready" });
    expect(image?.renditions.every(({ url }) => url !== undefined)).toBe(true);
  });

  describe("about a settled image", () => {
    let renders: number;
    let published: string[];
    let invalidated: string[];
    const createCountingPipeline = (given: Partial<Parameters<typeof definePipeline>[0]> = {}) => {
      const engine = createFakeEngine();
      return definePipeline({
        ...ports,
        engine: {
          ...engine,
          render: (...request) => {
            renders += 1;
            return engine.render(...request);
          },
        },
        events: { publish: async ({ type }) => void published.push(type) },
        urls: {
          getUrl: (key) => ports.urls.getUrl(key),
          invalidate: async (keys) => void invalidated.push(...keys),
        },
        ...given,
      });
    };
    /** Asks, has it done, and resolves to the image once what was asked for is done. */
    const askAndSettle = async (options?: { force?: boolean }, by = createCountingPipeline()) => {
      const { version: since } = await asker.requestProcessing(KEY, options);
      expect((await by.drainQueue()).failed).toBe(0);
      const { settled, image } = await asker.waitUntilSettled(ID, { since });
      expect(settled).toBe(true);
      return image;
    };
    beforeEach(async () => {
      await worker.process({ key: KEY, bytes: BYTES });
      renders = 0;
      published = [];
      invalidated = [];
    });

    it("renders nothing however often it is requested: same URLs, no event, nothing invalidated, and a waiting caller gets the record", async () => {
      const before = await worker.get(ID);
      for (let times = 0; times < 3; times += 1) expect(await askAndSettle()).toEqual(before);
      expect({ renders, published, invalidated }).toEqual({ renders: 0, published: [], invalidated: [] });
      expect((await version())?.revision).toBe(3);
    });

    it("renders once for three requests about an unsettled original, and publishes once", async () => {
      const key = "new.png";
      await ports.originals.put(key, BYTES, { contentType: "image/png" });
      // The store's own change is lost.
      for (const { id } of await ports.queue.receive({ limit: 9 })) await ports.queue.acknowledge(id);
      const images = [];
      for (let times = 0; times < 3; times += 1) {
        await asker.requestProcessing(key);
        await createCountingPipeline().drainQueue();
        images.push(await worker.get(deriveImageId(key)));
      }
      expect(new Set(images.map((image) => JSON.stringify(image))).size).toBe(1);
      expect({ renders, published }).toEqual({ renders: 1, published: ["ImageReady"] });
    });

    it("renders again, under other keys, if forced, even after requests without force", async () => {
      const before = await worker.get(ID);
      await askAndSettle();
      const after = await askAndSettle({ force: true });
      expect(renders).toBe(1);
      expect(after?.renditions.map(({ key }) => key)).not.toEqual(before?.renditions.map(({ key }) => key));
      expect(await askAndSettle()).toEqual(after);
    });

    it("is still forced after a request of the same version that found nothing to do", async () => {
      await asker.requestProcessing(KEY);
      await asker.requestProcessing(KEY, { force: true });
      const [gentle, forced] = await ports.queue.receive({ limit: 2 });
      if (!gentle || !forced) throw new Error("expected two asks");
      expect(await createCountingPipeline().settle(gentle)).toEqual({ outcome: "unchanged" });
      expect(await createCountingPipeline().settle(forced)).toEqual({ outcome: "superseded" });
      await createCountingPipeline().drainQueue();
      expect({ renders, published }).toEqual({ renders: 1, published: ["ImageReady"] });
      // Delivered once more, it is known to be done.
      await createCountingPipeline().settle(forced);
      expect(await createCountingPipeline().drainQueue()).toEqual({ settled: 0, failed: 0 });
    });

    it("renders again under another configuration and by another engine", async () => {
      const config = { ...DEFAULT_CONFIG, metadata: "keep-all" as const };
      await askAndSettle({}, createCountingPipeline({ config }));
      expect(renders).toBe(1);
      await askAndSettle(
        {},
        createCountingPipeline({ config, engine: { ...createFakeEngine(), version: "fake 2" } }),
      );
      expect(published).toEqual(["ImageReady", "ImageReady"]);
    });

    it.each([
      ["another time of storing", { createdAt: "2001-01-01T00:00:00.000Z" }],
      ["another etag", { etag: etag("another") }],
    ])(
      "settles again, and keeps every file, if the record is of an original with %s",
      async (_what, changed) => {
        const record = await ports.records.get(ID);
        if (!isProcessed(record)) throw new Error("expected a record");
        await ports.records.commit({ ...record, ...changed }, { replacing: record });
        await askAndSettle();
        expect(renders).toBe(0);
        const settled = await ports.records.get(ID);
        expect(settled).toMatchObject({ createdAt: record.createdAt, etag: record.etag });
        expect(settled?.renditions).toEqual(record.renditions);
        expect(published).toEqual(["ImageReady"]);
      },
    );

    it("renders again if a file of the record is missing", async () => {
      const [rendition] = (await ports.records.get(ID))?.renditions ?? [];
      await ports.renditions.delete(rendition?.key ?? "");
      await askAndSettle();
      expect(renders).toBe(1);
    });

    it("calls the tagger again if it failed", async () => {
      let tagged = 0;
      const tagger = {
        provider: "test",
        tag: async () => {
          tagged += 1;
          if (tagged === 1) throw new Error("no tagger");
          return [];
        },
      };
      const config = { ...DEFAULT_CONFIG, tagging: { ...DEFAULT_CONFIG.tagging, provider: "test" } };
      const by = createCountingPipeline({ tagger, config });
      for (let times = 0; times < 3; times += 1) await askAndSettle({}, by);
      expect(tagged).toBe(2);
    });

    it("does not change a rejected image, either, and decodes it again if forced", async () => {
      await worker.process({ key: KEY, bytes: new TextEncoder().encode("no picture") });
      await askAndSettle();
      expect(published).toEqual([]);
      await askAndSettle({ force: true });
      expect(published).toEqual(["ImageRejected"]);
    });

    it("finishes the image's outbox", async () => {
      const silent = { publish: () => Promise.reject(new Error("no topic")) };
      await asker.requestProcessing(KEY, { force: true });
      await createCountingPipeline({ events: silent }).drainQueue();
      const delivered = await ports.queue.receive({ limit: 9 });
      for (const { id } of delivered) await ports.queue.acknowledge(id);
      expect((await ports.records.get(ID))?.outbox).toBeDefined();
      await askAndSettle();
      expect((await ports.records.get(ID))?.outbox).toBeUndefined();
      expect({ renders, published }).toEqual({ renders: 1, published: ["ImageReady"] });
    });
  });

  it("throws not-found if there is no such original, and leaves no request", async () => {
    await expect(asker.requestProcessing("nothing.png")).rejects.toEqual(
      expect.objectContaining({ code: "not-found" }),
    );
    await expect(asker.requestProcessing("")).rejects.toEqual(
      expect.objectContaining({ code: "invalid-input" }),
    );
    expect(await listRequests()).toEqual([]);
  });

  it("removes an image: the original at once, the rest when the request is settled", async () => {
    await worker.process({ key: KEY, bytes: BYTES });
    const asked = await asker.requestRemoval(ID);
    expect((await storeOriginal()).originals).toEqual([]);
    expect(await asker.waitUntilSettled(ID, { since: asked?.version })).toMatchObject({ settled: false });
    await worker.drainQueue();
    expect(await asker.waitUntilSettled(ID, { since: asked?.version })).toEqual({ settled: true });
    expect(await storeOriginal()).toEqual({ originals: [], renditions: [] });
    expect((await ports.records.get(ID))?.status).toBe("removed");
  });

  it("may request a removal any number of times, before and after it is done", async () => {
    await worker.process({ key: KEY, bytes: BYTES });
    const [first, second] = [await asker.requestRemoval(ID), await asker.requestRemoval(ID)];
    expect(second).toEqual(first);
    await worker.drainQueue();
    const again = await asker.requestRemoval(ID);
    expect(await asker.waitUntilSettled(ID, { since: again?.version })).toEqual({ settled: true });
    expect(await listRequests()).toEqual([]);
    expect(await asker.requestRemoval(STRANGE)).toBeUndefined();
  });

  it("requests a removal again whose outbox is unfinished, and only then is it done", async () => {
    await worker.process({ key: KEY, bytes: BYTES });
    const silent = { publish: () => Promise.reject(new Error("no topic")) };
    const dying = definePipeline({ ...ports, engine: createFakeEngine(), events: silent });
    await asker.requestRemoval(ID);
    await dying.drainQueue();
    for (const { id } of await ports.queue.receive({ limit: 9 })) await ports.queue.acknowledge(id);
    expect((await ports.records.get(ID))?.outbox).toBeDefined();
    const asked = await asker.requestRemoval(ID);
    expect(await asker.waitUntilSettled(ID, { since: asked?.version })).toEqual({ settled: false });
    await worker.drainQueue();
    expect(await asker.waitUntilSettled(ID, { since: asked?.version })).toEqual({ settled: true });
  });

  it("removes nothing that was uploaded after the request for a removal", async () => {
    await worker.process({ key: KEY, bytes: BYTES });
    await asker.requestRemoval(ID);
    await asker.upload({ key: KEY, bytes: BYTES });
    await worker.drainQueue();
    expect((await worker.get(ID))?.status).toBe("ready");
    expect((await storeOriginal()).originals).toEqual([KEY]);
  });

  it("waits in growing steps until the image is settled, and no longer", async () => {
    const waiting = definePipeline({
      ...ports,
      engine: UNABLE,
      sleep: async (milliseconds) => {
        paused.push(milliseconds);
        if (paused.length === 3) await worker.process({ key: KEY, bytes: BYTES });
      },
    });
    expect(await waiting.waitUntilSettled(ID, { seconds: 20 })).toMatchObject({
      settled: true,
      image: { status: "ready" },
    });
    expect(paused).toEqual([40, 60, 90]);
  });

  it("waits for exactly the given time", async () => {
    await ports.records.commit(
      {
        imageId: ID,
        key: originalKey(KEY),
        version: PENDING_VERSION,
        edition: 1,
        status: "pending",
        createdAt: "2001-01-01T00:00:00.000Z",
        fileName: KEY,
        configuration: "",
        tags: [],
        renditions: [],
      },
      { replacing: "nothing" },
    );
    expect(await asker.waitUntilSettled(ID, { seconds: 5 })).toMatchObject({
      settled: false,
      image: { status: "pending" },
    });
    expect(paused.reduce((sum, one) => sum + one, 0)).toBe(5_000);
    expect(Math.max(...paused)).toBe(1_000);
    expect(await asker.waitUntilSettled(STRANGE, { seconds: 1 })).toEqual({ settled: false });
  });

  it("counts the time that a slow store takes for each look as waiting", async () => {
    let now = Date.now();
    const records: MemoryAdapters["records"] = Object.create(ports.records, {
      get: {
        value: async () => {
          now += 900;
          return undefined;
        },
      },
    });
    const readClock = () => new Date(now);
    const sleep = async (milliseconds: number) => {
      now += milliseconds;
    };
    const slow = definePipeline({ ...ports, records, engine: UNABLE, clock: readClock, sleep });
    const began = now;
    expect(await slow.waitUntilSettled(STRANGE, { seconds: 5 })).toEqual({ settled: false });
    // One more look at the end, which nobody can foresee.
    expect(now - began).toBeLessThanOrEqual(5_900);
  });

  it("stops waiting when aborted", async () => {
    const patient = definePipeline({ ...ports, engine: UNABLE });
    const gone = new AbortController();
    const waiting = patient.waitUntilSettled(STRANGE, { seconds: 3_600, signal: gone.signal });
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
  });
});

describe("an upload with a file name", () => {
  it("shows that name in its record, pending, ready, rejected and removed, and never in its key", async () => {
    const ports = memory();
    const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
    const fileName = "../Sommer – été.png";
    const readFileName = async () => (await ports.records.get(ID))?.fileName;
    await pipeline.upload({ key: KEY, bytes: BYTES, fileName });
    expect(await readFileName()).toBe("Sommer – été.png");
    await pipeline.drainQueue();
    expect((await pipeline.get(ID))?.status).toBe("ready");
    expect(await readFileName()).toBe("Sommer – été.png");
    await pipeline.upload({
      key: KEY,
      bytes: new TextEncoder().encode("not an image"),
      fileName: "other.txt",
    });
    await pipeline.drainQueue();
    expect((await pipeline.get(ID))?.status).toBe("rejected");
    expect(await readFileName()).toBe("other.txt");
    await pipeline.remove(ID);
    expect(await readFileName()).toBe("other.txt");
    await pipeline.process({ key: KEY, bytes: BYTES });
    expect(await readFileName()).toBe(KEY);
  });

  it("shows it even if the original is too large to be read", async () => {
    const ports = memory();
    const config = { ...DEFAULT_CONFIG, uploads: { ...DEFAULT_CONFIG.uploads, maxBytes: 4 } };
    const pipeline = definePipeline({ ...ports, engine: createFakeEngine(), config });
    await pipeline.upload({ key: KEY, bytes: BYTES, fileName: "large.png" });
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "rejected", fileName: "large.png" });
  });
});

describe("an upload unless the image is current", () => {
  const OTHER = new TextEncoder().encode("IMG png 14x8 payload");
  const unlessCurrent = { unlessCurrent: true };
  let ports: MemoryAdapters;
  let pipeline: Pipeline;
  const hash = async () => (await ports.records.get(ID))?.contentHash;
  let first: string | undefined;
  beforeEach(async () => {
    ports = memory();
    pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
    await pipeline.upload({ key: KEY, bytes: BYTES });
    await pipeline.drainQueue();
    first = await hash();
  });

  it("stores an original that is settled once more if another one waits to be settled", async () => {
    await pipeline.upload({ key: KEY, bytes: OTHER }, unlessCurrent);
    await pipeline.upload({ key: KEY, bytes: BYTES }, unlessCurrent);
    await pipeline.drainQueue();
    expect(await hash()).toBe(first);
  });

  it("brings an image back whose removal waits to be settled", async () => {
    await pipeline.requestRemoval(ID);
    await pipeline.upload({ key: KEY, bytes: BYTES }, unlessCurrent);
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
  });
});

describe("an image that was removed and uploaded again", () => {
  it.each(["requestRemoval", "remove"] as const)(
    "is removed by %s before anybody has settled it",
    async (verb) => {
      const ports = memory();
      const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
      await pipeline.upload({ key: KEY, bytes: BYTES });
      await pipeline.drainQueue();
      await pipeline.requestRemoval(ID);
      await pipeline.drainQueue();
      await pipeline.upload({ key: KEY, bytes: BYTES });
      expect(await pipeline[verb](ID)).toBeTruthy();
      await pipeline.drainQueue();
      expect(await pipeline.get(ID)).toBeUndefined();
      expect((await ports.originals.list("")).items).toEqual([]);
      expect((await ports.renditions.list("")).items).toEqual([]);
    },
  );
});
