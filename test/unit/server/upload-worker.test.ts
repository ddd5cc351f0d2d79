import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import { PENDING_VERSION } from "../../../src/domain/model/version.js";
import { UploadWorker } from "../../../src/entrypoints/server/upload-worker.js";

/** A thread that answers what it is sent with what `body` says, given `call` and `work`. */
function program(body: string): URL {
  const text = `import { parentPort } from "node:worker_threads";
    const answer = (value) => parentPort.postMessage(value);
    parentPort.on("message", (request) => {
      if (request === "close") return parentPort.close();
      const { call, work } = request;
      ${body}
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

const ECHO = program(
  `answer({ call, result: { etag: work.key + Buffer.from(work.bytes) + JSON.stringify(work.options) } });`,
);

const JPEG = { contentType: "image/jpeg" };

function originalsWrittenBy(thread: URL) {
  const worker = new UploadWorker("nowhere", thread);
  return { originals: worker.wrapOriginals(memory().originals), close: () => worker.close(), worker };
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

describe("an upload worker", () => {
  it("gives each put its own answer", async () => {
    const { originals, close } = originalsWrittenBy(ECHO);
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
    const { originals, close } = originalsWrittenBy(ECHO);
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
    const commits = program(`answer(work.type === "commit" && work.record.key === "a.jpg"
      ? { call, result: undefined } : { call, code: "conflict", message: "another one" });`);
    const worker = new UploadWorker("nowhere", commits);
    const records = worker.wrapRecords(memory().records);
    await records.commit(RECORD, { replacing: "nothing" });
    await expect(
      records.commit({ ...RECORD, key: originalKey("b") }, { replacing: "nothing" }),
    ).rejects.toMatchObject({
      code: "conflict",
    });
    await worker.close();
  });

  it("writes nothing for a caller that has given up", async () => {
    const { originals, close } = originalsWrittenBy(ECHO);
    const bytes = Buffer.alloc(9);
    await expect(originals.put("k", bytes, { ...JPEG, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(bytes).toHaveLength(9);
    await close();
  });

  it("reads where it is asked to", async () => {
    const family = memory();
    await family.originals.put("a", Uint8Array.of(1), JPEG);
    await family.records.commit(RECORD, { replacing: "nothing" });
    const worker = new UploadWorker("nowhere", ECHO);
    expect((await worker.wrapOriginals(family.originals).get("a")).bytes).toEqual(Uint8Array.of(1));
    expect(await worker.wrapRecords(family.records).get(RECORD.imageId)).toEqual(RECORD);
    await worker.close();
  });

  it("throws what the thread threw, with its code", async () => {
    const { originals, close } = originalsWrittenBy(
      program('answer({ call, code: "unavailable", message: "no disk", cause: "Error: EIO" });'),
    );
    await expect(originals.put("k", Buffer.alloc(9), JPEG)).rejects.toMatchObject({
      code: "unavailable",
      message: "no disk",
      cause: "Error: EIO",
    });
    await close();
  });

  it("tells every sender when its thread dies, and goes on with another one", async () => {
    const { originals, close } = originalsWrittenBy(
      program('if (work.key === "last") process.exit(1); else answer({ call, result: { etag: "stored" } });'),
    );
    const put = (key: string) => originals.put(key, Buffer.alloc(9), JPEG);
    for (const settled of await Promise.allSettled([put("last"), put("a")]))
      expect(settled).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(await put("a")).toEqual({ etag: "stored" });
    await close();
    await close();
  });
});
