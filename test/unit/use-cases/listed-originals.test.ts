import { expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { etag } from "../../../src/domain/model/etag.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

it("originals that somebody has listed before are looked at once more, and are not listed again", async () => {
  const adapters = memory();
  const pipeline = definePipeline({ ...adapters, engine: createFakeEngine() });
  const createImage = (payload: string) => createFakeImage({ format: "png", width: 8, height: 8, payload });
  await pipeline.process({ key: "known.png", bytes: createImage("known") });
  for (const key of ["new.png", "later.png"])
    await adapters.originals.put(key, createImage(key), { contentType: "image/png" });
  const listed = ["gone.png", "known.png", "new.png"].map((key) => ({
    key,
    size: 1,
    etag: etag("of-that-day"),
    storedAt: new Date(0),
  }));
  const found: string[] = [];
  const originals = Object.create(adapters.originals, {
    list: { value: () => Promise.reject(new Error("was listed")) },
  });
  const strict = definePipeline({ ...adapters, originals, engine: createFakeEngine() });
  const only = ["unrecorded-original"] as const;
  const listedOriginals = (async function* () {
    yield* listed;
  })();
  for await (const { key, outcome } of strict.reconcile({ apply: true, graceMs: 0, only, listedOriginals }))
    found.push(`${key} ${outcome}`);
  expect(found).toEqual(["new.png requested"]);
  await pipeline.drainQueue();
  expect((await pipeline.get(deriveImageId("new.png")))?.status).toBe("ready");
});
