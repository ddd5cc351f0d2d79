import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { toDecodeMarkerKey } from "../../../src/domain/model/storage-layout.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { deriveChangeVersion, incrementRevision } from "../../../src/domain/model/version.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const BYTES = new TextEncoder().encode("IMG png 12x8 payload");

/** A pipeline whose queue holds the one change of an original that was just stored. */
async function storeOriginal(engine: ImageEngine = createFakeEngine()) {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine });
  await ports.originals.put(KEY, BYTES, { contentType: "image/png" });
  const [delivery] = await ports.queue.receive({ limit: 1 });
  if (delivery?.change.type !== "created") throw new Error("expected the change of the put");
  const version = deriveChangeVersion(delivery.change.sequencer);
  return { ports, pipeline, delivery, marker: toDecodeMarkerKey(ID, version) };
}

describe("an original whose decoding kills its process", () => {
  it("is rejected on the final attempt, without being decoded again, once a known good picture has survived", async () => {
    const rendered: { bytes: Uint8Array; names: string[] }[] = [];
    const engine = createFakeEngine();
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...engine,
      render: async (bytes, plan) => {
        rendered.push({ bytes, names: plan.outputs.map(({ name }) => name) });
        return engine.render(bytes, plan);
      },
    });
    await ports.renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream" });
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    const record = await pipeline.get(ID);
    expect(record).toMatchObject({
      status: "rejected",
      failure: { code: "decoder-crashed" },
      renditions: [],
    });
    expect(rendered).toEqual([
      { bytes: engine.getKnownGoodPicture?.("png"), names: Object.keys(DEFAULT_CONFIG.thumbnails) },
    ]);
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("is not rejected if a known good picture fails as well: its change comes again", async () => {
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...createFakeEngine(),
      render: async () => {
        throw new SafelightError("internal", "out of memory");
      },
    });
    await ports.renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream" });
    await expect(pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true })).rejects.toMatchObject({
      code: "unavailable",
      cause: { message: "out of memory" },
    });
    expect(await pipeline.get(ID)).toBeUndefined();
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("has no marker left when the known good picture is tried, which may kill the process, too", async () => {
    const markers: unknown[] = [];
    const engine = createFakeEngine();
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...engine,
      render: async (bytes, plan) => {
        markers.push(...(await ports.renditions.list("")).items);
        return engine.render(bytes, plan);
      },
    });
    await ports.renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream" });
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(markers).toEqual([]);
  });

  it("is not rejected by an aborted proof", async () => {
    const controller = new AbortController();
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...createFakeEngine(),
      render: async () => {
        controller.abort(new Error("the time is up"));
        throw new Error("stopped");
      },
    });
    await ports.renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream" });
    const settling = pipeline.settle(
      { ...delivery, attempt: 5, isFinalAttempt: true },
      { signal: controller.signal },
    );
    await expect(settling).rejects.toThrow("the time is up");
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it("is not blamed for a decoding that failed, and ended, on an earlier attempt", async () => {
    let failures = 1;
    const engine = createFakeEngine();
    const { ports, pipeline, delivery } = await storeOriginal({
      ...engine,
      render: async (bytes, plan) => {
        if (failures-- > 0) throw new SafelightError("internal", "no luck");
        return engine.render(bytes, plan);
      },
    });
    await expect(pipeline.settle({ ...delivery, attempt: 4 })).rejects.toMatchObject({ code: "internal" });
    expect((await ports.renditions.list("")).items).toEqual([]);
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
  });

  it("leaves its marker from the second attempt on, and none once it was decoded", async () => {
    const markers: string[][] = [];
    const engine = createFakeEngine();
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...engine,
      render: async (bytes, plan) => {
        markers.push((await ports.renditions.list("")).items.map(({ key }) => key));
        return engine.render(bytes, plan);
      },
    });
    await pipeline.settle({ ...delivery, attempt: 2 });
    expect(markers).toEqual([[marker]]);
    const named = (await pipeline.get(ID))?.renditions.map(({ key }) => key);
    expect((await ports.renditions.list("")).items.map(({ key }) => key)).toEqual([...(named ?? [])].sort());
  });

  it("is tried on the final attempt if no earlier one died while decoding", async () => {
    const { pipeline, delivery } = await storeOriginal();
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
  });
});

describe("an original that is decoded in a process of its own", () => {
  it("is never blamed for the death of its handler", async () => {
    const { ports, pipeline, delivery, marker } = await storeOriginal({
      ...createFakeEngine(),
      isolated: true,
    });
    await ports.renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream" });
    await pipeline.settle({ ...delivery, attempt: 5, isFinalAttempt: true });
    const record = await pipeline.get(ID);
    expect(record).toMatchObject({ status: "ready" });
    const named = record?.renditions.map(({ key }) => key) ?? [];
    expect((await ports.renditions.list("")).items.map(({ key }) => key)).toEqual([...named].sort());
  });
});

/** Two rejections of the same millisecond look like one. */
async function passMillisecond(): Promise<void> {
  const start = Date.now();
  while (Date.now() === start) await new Promise((turn) => setImmediate(turn));
}

describe("an original that the engine reports as decoder-crashed", () => {
  const good = createFakeEngine();
  const crash = new SafelightError("decoder-crashed", "rendering ended its process, twice");
  const isOriginal = (bytes: Uint8Array) => Buffer.from(bytes).equals(BYTES);
  /** Crashes while it does this, with the original alone or with whatever it is given. */
  const createCrashingEngine = (method: "inspect" | "render", withAnything = false): ImageEngine => ({
    ...good,
    isolated: true,
    [method]: async (bytes: Uint8Array, how: never) => {
      if (withAnything || isOriginal(bytes)) throw crash;
      return good[method](bytes, how);
    },
  });

  it.each(["inspect", "render"] as const)(
    "is rejected if a known good picture survives (%s)",
    async (method) => {
      const { pipeline, delivery } = await storeOriginal(createCrashingEngine(method));
      await pipeline.settle(delivery);
      const { code, message } = crash;
      expect(await pipeline.get(ID)).toMatchObject({ status: "rejected", failure: { code, message } });
    },
  );

  it.each(["inspect", "render"] as const)("is not rejected if nothing survives (%s)", async (method) => {
    const { pipeline, delivery } = await storeOriginal(createCrashingEngine(method, true));
    await expect(pipeline.settle(delivery)).rejects.toMatchObject({ code: "unavailable" });
    expect(await pipeline.get(ID)).toBeUndefined();
  });

  it("is tried again on request, without force: this rejection is not final", async () => {
    const { ports, pipeline, delivery } = await storeOriginal(createCrashingEngine("render"));
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    await passMillisecond();
    const again = await pipeline.process({ key: KEY, bytes: BYTES, contentType: "image/png" });
    expect(again).toMatchObject({ status: "rejected", unchanged: false });
    const repaired = definePipeline({ ...ports, engine: good });
    await repaired.requestProcessing(KEY);
    await repaired.drainQueue();
    expect(await repaired.get(ID)).toMatchObject({ status: "ready" });
  });

  it("is tried again when somebody uploads or processes the same bytes", async () => {
    const { ports, pipeline, delivery } = await storeOriginal(createCrashingEngine("render"));
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const repaired = definePipeline({ ...ports, engine: good });
    const processed = await repaired.process({ key: KEY, bytes: BYTES, contentType: "image/png" });
    expect(processed).toMatchObject({ status: "ready", unchanged: false });
  });
});

describe("a forced rendering", () => {
  it("requests again if another configuration took its version", async () => {
    const { ports, pipeline, delivery } = await storeOriginal();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const record = await ports.records.get(ID);
    const ask = { type: "process" as const, key: KEY, version: incrementRevision(record?.version) };
    const config = { ...DEFAULT_CONFIG, thumbnails: { tiny: thumbnailSpec({ width: 4 }) } };
    const reconfigured = definePipeline({ ...ports, engine: createFakeEngine(), config });
    await pipeline.settle({ id: "1", change: ask, attempt: 1 });
    await reconfigured.settle({ id: "2", change: ask, attempt: 1 });
    await reconfigured.drainQueue();
    expect((await pipeline.get(ID))?.renditions.map(({ name }) => name)).toEqual(["tiny"]);
  });
});

describe("a removal", () => {
  it.each([
    ["other bytes", "IMG png 9x9 newer"],
    ["the same bytes, in the same moment", "IMG png 12x8 payload"],
  ])("spares an upload that came after its request: %s", async (_, content) => {
    const { ports, pipeline, delivery } = await storeOriginal();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = incrementRevision((await ports.records.get(ID))?.version);
    await pipeline.remove(ID);
    await ports.originals.put(KEY, new TextEncoder().encode(content), { contentType: "image/png" });
    await pipeline.settle({ id: "1", change: { type: "remove", key: KEY, version }, attempt: 2 });
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
    expect((await ports.originals.list("")).items).toHaveLength(1);
  });

  it("has not happened if its requester died before it deleted the original", async () => {
    const { ports, pipeline, delivery } = await storeOriginal();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = incrementRevision((await ports.records.get(ID))?.version);
    await ports.queue.send({ type: "remove", key: KEY, version });
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
    expect((await ports.originals.list("")).items).toHaveLength(1);
  });

  it("is finished for a requester that died after it deleted the original", async () => {
    const { ports, pipeline, delivery } = await storeOriginal();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = incrementRevision((await ports.records.get(ID))?.version);
    await ports.queue.send({ type: "remove", key: KEY, version });
    await ports.originals.delete(KEY);
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toBeUndefined();
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("of an unknown image is no error and does nothing", async () => {
    const { pipeline } = await storeOriginal();
    expect(await pipeline.remove(deriveImageId("never"))).toBe(false);
  });
});
