import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { replaceMethods } from "../../support/liars/liar.js";

const KEY = "a.png";

/**
 * A pipeline whose engine answers its first rendering by `first`, and the delivery of one original. The store of renditions
 * may go away, and is back after so many pauses.
 */
async function storeOriginal(first: ImageEngine["render"], backAfter = 0) {
  const { renditions, ...ports } = memory();
  const store = { isAway: false };
  const pauses: number[] = [];
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    if (pauses.length === backAfter) store.isAway = false;
  };
  /** Asked for while the store goes away, it is done all the same. */
  const reach = async <Given>(asked: Promise<Given>): Promise<Given> => {
    const given = await asked;
    if (store.isAway) throw new SafelightError("unavailable", "the store is away");
    return given;
  };
  const flaky = replaceMethods<BlobStore>(renditions, {
    put: (key, ...rest) => {
      store.isAway ||= key.endsWith("decode-started") && pauses.length < backAfter;
      return reach(renditions.put(key, ...rest));
    },
    delete: (key) => (store.isAway ? reach(Promise.resolve({})) : renditions.delete(key)),
  });
  const engine = createFakeEngine();
  let renderings = 0;
  const render: ImageEngine["render"] = (...args) => {
    renderings += 1;
    return renderings === 1 ? first(...args) : engine.render(...args);
  };
  const pipeline = definePipeline({ ...ports, renditions: flaky, sleep, engine: { ...engine, render } });
  await ports.originals.put(KEY, createFakeImage({ format: "png", width: 12, height: 8 }), {
    contentType: "image/png",
  });
  const [delivery] = await ports.queue.receive({ limit: 1 });
  if (!delivery) throw new Error("expected the change of the put");
  const listLeft = async () => (await renditions.list("")).items.map(({ key }) => key);
  return { pipeline, delivery, left: listLeft, pauses };
}

describe("a healthy picture is not taken for one that kills its process because", () => {
  it("its second attempt failed: the final one makes it ready", async () => {
    const { pipeline, delivery, left } = await storeOriginal(async () => {
      throw new SafelightError("unavailable", "the machine had no memory left");
    });
    await expect(pipeline.settle({ ...delivery, attempt: 2 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await left()).toEqual([]);
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(await pipeline.get(deriveImageId(KEY))).toMatchObject({ status: "ready" });
  });

  it("its second attempt was aborted while it decoded: the final one makes it ready", async () => {
    const stop = new AbortController();
    const { pipeline, delivery, left } = await storeOriginal((_bytes, _plan, { signal } = {}) => {
      stop.abort(new Error("the function ends"));
      return Promise.reject(signal?.reason);
    });
    await expect(pipeline.settle({ ...delivery, attempt: 2 }, { signal: stop.signal })).rejects.toThrow(
      "the function ends",
    );
    expect(await left()).toEqual([]);
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(await pipeline.get(deriveImageId(KEY))).toMatchObject({ status: "ready" });
  });

  it("the store went away under its marker: that is deleted once the store is back", async () => {
    const { pipeline, delivery, left, pauses } = await storeOriginal(createFakeEngine().render, 5);
    await expect(pipeline.settle({ ...delivery, attempt: 4 })).rejects.toMatchObject({ code: "unavailable" });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(await left()).toEqual([]);
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(await pipeline.get(deriveImageId(KEY))).toMatchObject({ status: "ready" });
  });

  it("does not wait for the store when its attempt is aborted", async () => {
    const stop = new AbortController();
    stop.abort(new Error("the function ends"));
    const { pipeline, delivery, pauses } = await storeOriginal(createFakeEngine().render, 99);
    await expect(pipeline.settle({ ...delivery, attempt: 4 }, { signal: stop.signal })).rejects.toThrow();
    expect(pauses).toEqual([]);
  });

  it("waits for the store for a minute at most", async () => {
    const { pipeline, delivery, pauses } = await storeOriginal(createFakeEngine().render, 99);
    await expect(pipeline.settle({ ...delivery, attempt: 4 })).rejects.toMatchObject({ code: "unavailable" });
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(55_000);
  });
});
