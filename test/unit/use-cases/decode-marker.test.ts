import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { definePipeline } from "../../../src/domain/pipeline.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";

/** A pipeline whose engine answers its first rendering by `first`, and the delivery of one original. */
async function storeOriginal(first: ImageEngine["render"]) {
  const ports = memory();
  const engine = createFakeEngine();
  let renderings = 0;
  const render: ImageEngine["render"] = (...args) => {
    renderings += 1;
    return renderings === 1 ? first(...args) : engine.render(...args);
  };
  const pipeline = definePipeline({ ...ports, engine: { ...engine, render } });
  await ports.originals.put(KEY, createFakeImage({ format: "png", width: 12, height: 8 }), {
    contentType: "image/png",
  });
  const [delivery] = await ports.queue.receive({ limit: 1 });
  if (!delivery) throw new Error("expected the change of the put");
  const listLeft = async () => (await ports.renditions.list("")).items.map(({ key }) => key);
  return { pipeline, delivery, left: listLeft };
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
});
