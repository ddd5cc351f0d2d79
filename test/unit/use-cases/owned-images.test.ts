import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { decorate } from "../../../src/ports/checked/decorate.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const KEY = "shared/name.png";
const ID = deriveImageId(KEY);
const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });

/** An image of Anna's, and what happens right after her next look at its record. */
async function startWithAnnas() {
  const ports = memory();
  let afterLook: (() => Promise<unknown>) | undefined;
  const records = decorate(ports.records, {
    get: async (...given: Parameters<typeof ports.records.get>) => {
      const record = await ports.records.get(...given);
      const happens = afterLook;
      afterLook = undefined;
      await happens?.();
      return record;
    },
  });
  const config = { uploads: { owner: "caller" } } as const;
  const pipeline = definePipeline({ ...ports, records, engine: createFakeEngine(), config });
  await pipeline.process({ key: KEY, bytes: BYTES, owner: "anna" });
  /** The image is removed, and Ben's is uploaded under the same key, settled or not. */
  const replaceByBens = async (how: "process" | "upload") => {
    await pipeline.remove(ID);
    await pipeline[how]({ key: KEY, bytes: BYTES, owner: "ben" });
  };
  return {
    ports,
    pipeline,
    replaceByBens,
    afterNextLook: (happens: () => Promise<unknown>) => {
      afterLook = happens;
    },
  };
}

describe("an image that was removed and uploaded by another owner under the same key", () => {
  it.each(["process", "upload"] as const)(
    "is not edited by the former owner, who had looked before that (%s)",
    async (how) => {
      const { pipeline, replaceByBens, afterNextLook } = await startWithAnnas();
      afterNextLook(() => replaceByBens(how));
      expect(await pipeline.edit(ID, { alt: "Anna's" }, { owner: "anna" })).toBeUndefined();
      await pipeline.drainQueue();
      const image = await pipeline.get(ID);
      expect([image?.owner, image?.alt]).toEqual(["ben", undefined]);
    },
  );

  it.each(["process", "upload"] as const)(
    "is not removed by the former owner, who had looked before that (%s)",
    async (how) => {
      const { pipeline, replaceByBens, afterNextLook, ports } = await startWithAnnas();
      afterNextLook(() => replaceByBens(how));
      await pipeline.requestRemoval(ID, { owner: "anna" });
      await pipeline.drainQueue();
      expect((await pipeline.get(ID))?.owner).toBe("ben");
      expect((await ports.originals.head(KEY)).metadata.owner).toBe("ben");
    },
  );

  it("is not processed for the former owner, in the words for a key under which nothing lies", async () => {
    const { pipeline, replaceByBens, afterNextLook } = await startWithAnnas();
    afterNextLook(() => replaceByBens("upload"));
    const asked = pipeline.requestProcessing(KEY, { owner: "anna" });
    const nothing = pipeline.requestProcessing("no/name.png", { owner: "anna" });
    const readMessage = (error: Error) => error.message.replace(/"[^"]*"/, "{key}");
    const [refused, missing] = await Promise.all([asked.catch(readMessage), nothing.catch(readMessage)]);
    expect(refused).toBe("expected the key of a stored original but received {key}");
    expect(missing).toBe(refused);
  });
});

it("whoever asked for a removal learns that it is done, though a tombstone is nobody's", async () => {
  const { pipeline } = await startWithAnnas();
  const receipt = await pipeline.requestRemoval(ID, { owner: "anna" });
  await pipeline.drainQueue();
  const wait = { since: receipt?.version, owner: "anna" };
  expect(await pipeline.waitUntilSettled(ID, wait)).toEqual({ settled: true });
  expect(await pipeline.waitUntilSettled(ID, { owner: "anna" })).toEqual({ settled: false });
  expect(await pipeline.requestRemoval(ID, { owner: "anna" })).toBeUndefined();
});
