import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { MemoryBlobStore, MemoryUploadTickets, memory } from "../../../src/adapters/memory/index.js";
import type { OrderedOriginals, PostgresAdapters } from "../../../src/adapters/postgres/index.js";
import { definePipeline, deriveImageId, type Pipeline } from "../../../src/index.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { replaceMethods } from "../../support/liars/liar.js";
import { describeOnPostgres } from "../../support/postgres/index.js";

const TEXT = { contentType: "image/png" };
const ID = deriveImageId("k.png");
const REQUEST = { key: "k.png", contentType: "image/png", maxBytes: 1_000, expiresIn: 900 };

describeOnPostgres("originals of a store that tells nobody of anything", (getSchema) => {
  let store: MemoryBlobStore;
  let db: PostgresAdapters;

  beforeEach(async () => {
    await getSchema().clear();
    store = new MemoryBlobStore({ etags: "by-write" });
    db = getSchema().open();
  });

  afterEach(() => db.close());

  const keepOrder = (originals: BlobStore = store): Required<OrderedOriginals> => {
    const tickets = new MemoryUploadTickets({ originals: store, url: "https://uploads.example" });
    return db.keepOrder({ originals, tickets }) as Required<OrderedOriginals>;
  };

  /** A pipeline of a process of its own, on this store. */
  const startPipeline = (originals: BlobStore = keepOrder().originals): Pipeline => {
    const { records, queue, sleep } = db;
    const { renditions, urls, events } = memory();
    const engine = createFakeEngine();
    return definePipeline({ originals, renditions, records, queue, urls, events, sleep, engine });
  };

  /** Lets so many seconds pass for all that is hidden or postponed. */
  const passTime = (seconds: number) =>
    getSchema().send("UPDATE {schema}.changes SET due_at = due_at - make_interval(secs => $1)", [seconds]);

  const receiveAll = async () => {
    const deliveries = await db.queue.receive({ limit: 9 });
    for (const { id } of deliveries) await db.queue.acknowledge(id);
    return deliveries.map(({ change }) => change);
  };

  it("are settled by their looks: uploaded, replaced, removed", async () => {
    const pipeline = startPipeline();
    for (const width of [8, 9]) {
      const { status } = await pipeline.process({
        key: "k.png",
        bytes: createFakeImage({ format: "png", width, height: 8 }),
      });
      expect(status).toBe("ready");
    }
    expect(await pipeline.remove(ID)).toBe(true);
    expect(await pipeline.get(ID)).toBeUndefined();
    expect(await receiveAll()).toEqual([]);
  });

  it("are found when their writer died after the put", async () => {
    const dying = replaceMethods<BlobStore>(store, {
      put: async (...call) => {
        await store.put(...call);
        throw new Error("the writer dies here");
      },
    });
    await expect(keepOrder(dying).originals.put("k.png", new Uint8Array(1), TEXT)).rejects.toThrow("dies");
    expect(await receiveAll()).toEqual([]);
    await passTime(290);
    expect(await receiveAll()).toEqual([]);
    await passTime(20);
    expect(await receiveAll()).toMatchObject([{ type: "unknown", key: "k.png" }]);
  });

  it("are numbered after the write, so that whoever began first and ended last is the newest", async () => {
    let resume: () => void = () => {};
    let begin: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const slow = replaceMethods<BlobStore>(store, {
      put: async (...call) => {
        begin();
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
        return store.put(...call);
      },
    });
    const late = keepOrder(slow).originals.put("k.png", Uint8Array.of(1), TEXT);
    await begun;
    const { sequencer: quick = "" } = await keepOrder().originals.put("k.png", Uint8Array.of(2), TEXT);
    resume();
    const { sequencer: last = "" } = await late;
    expect(last > quick).toBe(true);
    const changes = await receiveAll();
    const numbers = changes.map((change) => ("sequencer" in change ? change.sequencer : ""));
    expect(numbers.sort()).toEqual([quick, last]);
  });

  it("are looked at again for a writer whose look was found before it had ended", async () => {
    const frozen = replaceMethods<BlobStore>(store, {
      put: async (...call) => {
        await passTime(1_000);
        expect(await receiveAll()).toHaveLength(1);
        return store.put(...call);
      },
    });
    const { sequencer } = await keepOrder(frozen).originals.put("k.png", Uint8Array.of(1), TEXT);
    expect(await receiveAll()).toEqual([{ type: "unknown", key: "k.png", sequencer }]);
  });

  it("are given up by a writer before others take its write for over", async () => {
    const stuck = replaceMethods<BlobStore>(store, {
      put: (_key, _bytes, { signal }) =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    });
    const { originals } = db.keepOrder({ originals: stuck, longestWrite: 0.05 });
    await expect(originals.put("k.png", Uint8Array.of(1), TEXT)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("which may have happened"),
    });
  });

  it("are found when the tab of a ticket was closed after the upload", async () => {
    await keepOrder().tickets.issue(REQUEST);
    await store.put("k.png", createFakeImage({ format: "png", width: 8, height: 8 }), TEXT);
    const pipeline = startPipeline();
    expect(await pipeline.drainQueue()).toEqual({ settled: 0, failed: 0 });
    await passTime(900 + 301);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
  });

  it("are looked at as soon as an upload is said to be complete, and again when its ticket is over", async () => {
    const { tickets } = keepOrder();
    await tickets.issue(REQUEST);
    for (let times = 0; times < 2; times += 1) {
      await tickets.complete(ID);
      expect(await receiveAll()).toHaveLength(1);
    }
    await passTime(900 + 301);
    expect(await receiveAll()).toHaveLength(1);
    await tickets.complete(ID);
    expect(await receiveAll()).toEqual([]);
  });

  it("are not looked at because somebody says that an upload without a ticket is complete", async () => {
    await keepOrder().originals.put("k.png", Uint8Array.of(1), TEXT);
    await receiveAll();
    await keepOrder().tickets.complete(ID);
    expect(await receiveAll()).toEqual([]);
  });

  const SECRET = "a-secret-of-the-store";
  const notify = (body: unknown, authorization = `Bearer ${SECRET}`, bucket?: string) => {
    const handle = db.createNotificationHandler({ secret: SECRET, ...(bucket && { bucket }) });
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return handle(
      new Request("https://example.org/notify", { method: "POST", body: text, headers: { authorization } }),
    );
  };
  const createNotification = (...keys: readonly string[]) => ({
    Records: keys.map((key) => ({
      eventName: "s3:ObjectCreated:Put",
      s3: { bucket: { name: "b" }, object: { key } },
    })),
  });

  it("are looked at when the store notifies, whatever it numbers", async () => {
    const { status } = await notify(createNotification("caf%C3%A9+1.png", "k.png", "k.png"));
    expect(status).toBe(204);
    expect((await receiveAll()).map(({ key }) => key)).toEqual(["caf\u00e9 1.png", "k.png"]);
  });

  it("are left alone when somebody else calls, or the store speaks of another bucket", async () => {
    expect((await notify(createNotification("k.png"), "Bearer guessed")).status).toBe(401);
    expect((await notify(createNotification("k.png"), "")).status).toBe(401);
    expect((await notify(createNotification("k.png"), `Bearer ${SECRET}`, "other")).status).toBe(204);
    expect((await notify("not JSON")).status).toBe(400);
    expect((await notify(createNotification(""))).status).toBe(400);
    expect((await notify("x".repeat(1_100_000))).status).toBe(413);
    expect(await receiveAll()).toEqual([]);
  });

  it("are notified again when the database is away", async () => {
    await db.close();
    expect((await notify(createNotification("k.png"))).status).toBe(503);
  });

  it("are notified by a secret that nobody guesses", () => {
    expect(() => db.createNotificationHandler({ secret: "short" })).toThrow("at least 16 characters");
  });
});
