import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import { PENDING_VERSION, version } from "../../../src/domain/model/version.js";
import { WriteWorker } from "../../../src/entrypoints/server/write-worker.js";

/** A thread that answers what it is sent with what `body` says, given `call` and `job`. */
function createProgram(body: string): URL {
  const text = `import { parentPort } from "node:worker_threads";
    const answer = (value) => parentPort.postMessage(value);
    parentPort.on("message", (request) => {
      if (request === "close") return parentPort.close();
      const { call, job } = request;
      ${body}
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

const ECHO = createProgram(
  `const [key, bytes, options] = job.args;
  answer({ call, result: { etag: key + Buffer.from(bytes) + JSON.stringify(options) } });`,
);

const JPEG = { contentType: "image/jpeg" };

function createOriginals(thread: URL) {
  const worker = new WriteWorker("nowhere", thread);
  return { originals: worker.wrap("originals", memory().originals), close: () => worker.close(), worker };
}

const RECORD: ImageRecord = {
  imageId: deriveImageId("a.jpg"),
  key: originalKey("a.jpg"),
  version: PENDING_VERSION,
  edition: 1,
  status: "pending",
  createdAt: "2026-02-03T04:05:06.000Z",
  fileName: "a.jpg",
  configuration: "",
  tags: [],
  renditions: [],
};

describe("a write worker", () => {
  it("gives each put its own answer", async () => {
    const { originals, close } = createOriginals(ECHO);
    const puts = [1, 2, 3].map((count) =>
      originals.put(`k${count} `, Buffer.alloc(10_000, `${count}`), {
        ...JPEG,
        signal: new AbortController().signal,
      }),
    );
    const said = JSON.stringify(JPEG);
    expect((await Promise.all(puts)).map(({ etag }) => etag)).toEqual(
      [1, 2, 3].map((count) => `k${count} ${`${count}`.repeat(10_000)}${said}`),
    );
    await close();
  });

  it("takes the bytes without a copy, and of a shared buffer only the part that was put", async () => {
    const { originals, close } = createOriginals(ECHO);
    const own = Uint8Array.from(Buffer.from("mine"));
    const putting = originals.put("k ", own, JPEG);
    expect(own.byteLength).toBe(0);
    await putting;
    const shared = Buffer.from("before|picture|after");
    const { etag } = await originals.put("k ", shared.subarray(7, 14), JPEG);
    expect(etag).toMatch(/^k picture/);
    expect(shared.toString()).toBe("before|picture|after");
    await close();
  });

  it("commits records in its thread", async () => {
    const commits = createProgram(`answer(job.method === "commit" && job.args[0].key === "a.jpg"
      ? { call, result: undefined } : { call, code: "conflict", message: "another one" });`);
    const worker = new WriteWorker("nowhere", commits);
    const records = worker.wrap("records", memory().records);
    await records.commit(RECORD, { replacing: "nothing" });
    await expect(
      records.commit({ ...RECORD, key: originalKey("b") }, { replacing: "nothing" }),
    ).rejects.toMatchObject({
      code: "conflict",
    });
    await worker.close();
  });

  it("writes nothing for a caller that has aborted", async () => {
    const { originals, close } = createOriginals(ECHO);
    const bytes = Buffer.alloc(9);
    await expect(originals.put("k", bytes, { ...JPEG, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(bytes).toHaveLength(9);
    await close();
  });

  it("reads from the given position", async () => {
    const family = memory();
    await family.originals.put("a", Uint8Array.of(1), JPEG);
    await family.records.commit(RECORD, { replacing: "nothing" });
    const worker = new WriteWorker("nowhere", ECHO);
    expect((await worker.wrap("originals", family.originals).get("a")).bytes).toEqual(Uint8Array.of(1));
    expect(await worker.wrap("records", family.records).get(RECORD.imageId)).toEqual(RECORD);
    await worker.close();
  });

  it("does every write of the ports that it wraps, without the signal of the call", async () => {
    const written = createProgram("answer({ call, result: { etag: JSON.stringify(job) } });");
    const worker = new WriteWorker("nowhere", written);
    const family = memory();
    const { signal } = new AbortController();
    const fixed = version({ sequencer: "1", revision: 1 });
    const request = { type: "remove", key: "a.jpg", version: fixed } as const;
    const event = { ...RECORD, id: "1", type: "ImageReady", time: RECORD.createdAt } as const;
    const originals = worker.wrap("originals", family.originals);
    const records = worker.wrap("records", family.records);
    const results: unknown[] = [
      await originals.delete("a.jpg", { signal }),
      await originals.deleteAll(["a.jpg"], { signal }),
      await records.purge(RECORD.imageId, { replacing: RECORD, signal }),
      await worker.wrap("queue", family.queue).send(request, { signal }),
      await worker.wrap("events", family.events).publish(event, { signal }),
    ];
    expect(results.map((result) => JSON.parse((result as { etag: string }).etag))).toEqual([
      { port: "originals", method: "delete", args: ["a.jpg", {}] },
      { port: "originals", method: "deleteAll", args: [["a.jpg"], {}] },
      { port: "records", method: "purge", args: [RECORD.imageId, { replacing: RECORD }] },
      { port: "queue", method: "send", args: [request, {}] },
      { port: "events", method: "publish", args: [event, {}] },
    ]);
    await worker.close();
  });

  it("throws the thread's error, with its code", async () => {
    const { originals, close } = createOriginals(
      createProgram('answer({ call, code: "unavailable", message: "no disk", cause: "Error: EIO" });'),
    );
    await expect(originals.put("k", Buffer.alloc(9), JPEG)).rejects.toMatchObject({
      code: "unavailable",
      message: "no disk",
      cause: "Error: EIO",
    });
    await close();
  });

  it("rejects every pending call when its thread dies, and continues with another one", async () => {
    const { originals, close } = createOriginals(
      createProgram(
        'if (job.args[0] === "last") process.exit(1); else answer({ call, result: { etag: "stored" } });',
      ),
    );
    const put = (key: string) => originals.put(key, Buffer.alloc(9), JPEG);
    for (const settled of await Promise.allSettled([put("last"), put("a")]))
      expect(settled).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(await put("a")).toEqual({ etag: "stored" });
    await close();
    await close();
  });

  it("is unavailable while no thread can be started", async () => {
    const thread = createProgram("process.exit(1);");
    const { originals, close } = createOriginals(thread);
    const put = () => originals.put("a", Buffer.alloc(9), JPEG);
    await expect(put()).rejects.toMatchObject({ code: "unavailable" });
    // Nothing that a thread could run, so that it fails at once.
    thread.href = "https://nowhere.example/";
    await expect(put()).rejects.toMatchObject({
      code: "unavailable",
      message: "the thread that writes could not be started; try again",
    });
    await close();
  });
});
