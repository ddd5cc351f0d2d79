import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const BYTES = new TextEncoder().encode("IMG png 12x8 payload");
const REJECTED = {
  status: "rejected",
  failure: {
    code: "unsupported-format",
    message:
      "the engine fails on the original each time, and renders a known good picture in the same place: bad dimensions",
  },
};

type Method = "inspect" | "render";
const METHODS: readonly Method[] = ["inspect", "render"];
const good = createFakeEngine();

/** Fails in one method, with the original alone or with whatever it is given. */
function createFailingEngine(
  method: Method,
  error: Error,
  { withAnything = false, isolated = true } = {},
): ImageEngine {
  return {
    ...good,
    ...(isolated && { isolated }),
    [method]: async (bytes: Uint8Array, how: never) => {
      if (withAnything || Buffer.from(bytes).equals(BYTES)) throw error;
      return good[method](bytes, how);
    },
  };
}

const UNEXPLAINED: readonly Error[] = [
  new SafelightError("internal", "bad dimensions"),
  new SafelightError("invalid-input", "bad dimensions"),
  new TypeError("bad dimensions"),
];
const CASES = METHODS.flatMap((method) => UNEXPLAINED.map((error) => [method, error] as const));

/** A pipeline in memory that holds one original, and its change. */
async function storeOriginal(engine: ImageEngine) {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine });
  await ports.originals.put(KEY, BYTES, { contentType: "image/png" });
  const [delivery] = await ports.queue.receive({ limit: 1 });
  if (!delivery) throw new Error("expected the change of the put");
  const last = { ...delivery, attempt: 5, isFinalAttempt: true };
  return { ports, pipeline, delivery, last };
}

describe("an original on which the engine fails without a reason", () => {
  it.each(CASES)("is tried again before the final attempt (%s, %s)", async (method, error) => {
    const { pipeline, delivery } = await storeOriginal(createFailingEngine(method, error));
    await expect(pipeline.settle({ ...delivery, attempt: 4 })).rejects.toBe(error);
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it.each(CASES)(
    "is rejected on the final attempt, if a known good picture succeeds (%s, %s)",
    async (...how) => {
      for (const isolated of [true, false]) {
        const { ports, pipeline, last } = await storeOriginal(createFailingEngine(...how, { isolated }));
        expect(await pipeline.settle(last)).toMatchObject({ outcome: "rejected" });
        expect(await pipeline.get(ID)).toMatchObject(REJECTED);
        expect((await ports.renditions.list("")).items).toEqual([]);
      }
    },
  );

  it.each(CASES)("is not rejected if a known good picture fails as well (%s, %s)", async (...how) => {
    const { pipeline, last } = await storeOriginal(createFailingEngine(...how, { withAnything: true }));
    await expect(pipeline.settle(last)).rejects.toMatchObject({ code: "unavailable" });
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it.each(METHODS)("is never rejected for an engine that is unavailable (%s)", async (method) => {
    const error = new SafelightError("unavailable", "no process could be started");
    const { pipeline, last } = await storeOriginal(createFailingEngine(method, error));
    await expect(pipeline.settle(last)).rejects.toBe(error);
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it.each(METHODS)("is not rejected by an aborted attempt (%s)", async (method) => {
    const controller = new AbortController();
    const engine: ImageEngine = {
      ...good,
      [method]: async () => {
        controller.abort(new Error("the time is up"));
        throw new Error("stopped");
      },
    };
    const { pipeline, last } = await storeOriginal(engine);
    await expect(pipeline.settle(last, { signal: controller.signal })).rejects.toThrow("the time is up");
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it.each(METHODS)("does not keep a queue busy forever (%s)", async (method) => {
    const ports = memory();
    const pipeline = definePipeline({
      ...ports,
      engine: createFailingEngine(method, new TypeError("bad dimensions")),
    });
    await pipeline.upload({ key: KEY, bytes: BYTES });
    const runs = [];
    for (let run = 0; run < 5; run += 1) runs.push(await pipeline.drainQueue());
    expect(runs.map(({ failed }) => failed)).toEqual([1, 1, 1, 1, 0]);
    expect(await pipeline.get(ID)).toMatchObject(REJECTED);
    expect(await ports.queue.receive({ limit: 1 })).toEqual([]);
  });

  it.each(METHODS)(
    "makes a call that is not final throw, and is rejected by a final one (%s)",
    async (method) => {
      const error = new SafelightError("internal", "bad dimensions");
      const pipeline = definePipeline({ ...memory(), engine: createFailingEngine(method, error) });
      await expect(pipeline.process({ key: KEY, bytes: BYTES })).rejects.toBe(error);
      const isFinalAttempt = true;
      expect(await pipeline.process({ key: KEY, bytes: BYTES }, { isFinalAttempt })).toMatchObject(REJECTED);
    },
  );

  it.each(METHODS)("is settled by a repair, after which nothing is found (%s)", async (method) => {
    const error = new SafelightError("internal", "bad dimensions");
    const pipeline = definePipeline({ ...memory(), engine: createFailingEngine(method, error) });
    await pipeline.upload({ key: KEY, bytes: BYTES });
    const [found] = await pipeline.doctor({ repair: true, graceMs: 0 });
    expect(found).toMatchObject({ kind: "stuck-pending", repaired: true });
    expect(await pipeline.get(ID)).toMatchObject(REJECTED);
    expect(await pipeline.doctor({ graceMs: 0 })).toEqual([]);
  });

  it("is rendered by a new version of the engine, when somebody asks for it", async () => {
    const ports = memory();
    const before = definePipeline({
      ...ports,
      engine: createFailingEngine("render", new TypeError("bad dimensions")),
    });
    await before.process({ key: KEY, bytes: BYTES }, { isFinalAttempt: true });
    const after = definePipeline({ ...ports, engine: { ...good, version: "fake 2" } });
    expect(await after.process({ key: KEY, bytes: BYTES })).toMatchObject({ status: "ready" });
  });
});
