import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { imageIdOf } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { decodeMarkKey } from "../../../src/domain/model/storage-layout.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { changeVersion, nextRevision } from "../../../src/domain/model/version.js";
import { definePipeline } from "../../../src/domain/pipeline.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { fakeEngine } from "../../support/fake-engine.js";

const KEY = "a.png";
const ID = imageIdOf(KEY);
const BYTES = new TextEncoder().encode("IMG png 12x8 payload");

/** A pipeline whose queue holds the one change of an original that was just stored. */
async function stored(engine: ImageEngine = fakeEngine()) {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine });
  await ports.originals.put(KEY, BYTES, { contentType: "image/png" });
  const [delivery] = await ports.queue.receive({ limit: 1 });
  if (delivery?.change.type !== "created") throw new Error("expected the change of the put");
  const version = changeVersion(delivery.change.sequencer);
  return { ports, pipeline, delivery, mark: decodeMarkKey(ID, version) };
}

describe("an original whose decoding kills its process", () => {
  it("is rejected on the last receive, before it is decoded again", async () => {
    const { ports, pipeline, delivery, mark } = await stored();
    await ports.renditions.put(mark, new Uint8Array(), { contentType: "application/octet-stream" });
    await pipeline.settle({ ...delivery, receives: 5, last: true });
    const record = await pipeline.get(ID);
    expect(record).toMatchObject({ status: "rejected", failure: { code: "too-large" }, renditions: [] });
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("leaves its mark from the second receive on, and nothing once it was decoded", async () => {
    const marks: string[][] = [];
    const engine = fakeEngine();
    const { ports, pipeline, delivery, mark } = await stored({
      ...engine,
      render: async (bytes, plan) => {
        marks.push((await ports.renditions.list("")).items.map(({ key }) => key));
        return engine.render(bytes, plan);
      },
    });
    await pipeline.settle({ ...delivery, receives: 2 });
    expect(marks).toEqual([[mark]]);
    const named = (await pipeline.get(ID))?.renditions.map(({ key }) => key);
    expect((await ports.renditions.list("")).items.map(({ key }) => key)).toEqual([...(named ?? [])].sort());
  });

  it("is tried on the last receive if no earlier one died while decoding", async () => {
    const { pipeline, delivery } = await stored();
    await pipeline.settle({ ...delivery, receives: 5, last: true });
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
  });
});

describe("an original that is decoded in a process of its own", () => {
  it("is never suspected for the death of its handler", async () => {
    const { ports, pipeline, delivery, mark } = await stored({ ...fakeEngine(), isolated: true });
    await ports.renditions.put(mark, new Uint8Array(), { contentType: "application/octet-stream" });
    await pipeline.settle({ ...delivery, receives: 5, last: true });
    const record = await pipeline.get(ID);
    expect(record).toMatchObject({ status: "ready" });
    const named = record?.renditions.map(({ key }) => key) ?? [];
    expect((await ports.renditions.list("")).items.map(({ key }) => key)).toEqual([...named].sort());
  });
});

describe("a forced rendering", () => {
  it("asks again when another configuration took its version", async () => {
    const { ports, pipeline, delivery } = await stored();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const record = await ports.records.get(ID);
    const ask = { type: "process" as const, key: KEY, version: nextRevision(record?.version) };
    const config = { ...DEFAULT_CONFIG, thumbnails: { tiny: thumbnailSpec({ width: 4 }) } };
    const reconfigured = definePipeline({ ...ports, engine: fakeEngine(), config });
    await pipeline.settle({ id: "1", change: ask, receives: 1 });
    await reconfigured.settle({ id: "2", change: ask, receives: 1 });
    await reconfigured.settleOpen();
    expect((await pipeline.get(ID))?.renditions.map(({ name }) => name)).toEqual(["tiny"]);
  });
});

describe("a removal", () => {
  it.each([
    ["other bytes", "IMG png 9x9 newer"],
    ["the same bytes, in the same moment", "IMG png 12x8 payload"],
  ])("spares what was uploaded since it was asked for: %s", async (_, content) => {
    const { ports, pipeline, delivery } = await stored();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = nextRevision((await ports.records.get(ID))?.version);
    await pipeline.remove(ID);
    await ports.originals.put(KEY, new TextEncoder().encode(content), { contentType: "image/png" });
    await pipeline.settle({ id: "1", change: { type: "remove", key: KEY, version }, receives: 2 });
    await pipeline.settleOpen();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
    expect((await ports.originals.list("")).items).toHaveLength(1);
  });

  it("has not happened if its asker died before it deleted the original", async () => {
    const { ports, pipeline, delivery } = await stored();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = nextRevision((await ports.records.get(ID))?.version);
    await ports.queue.send({ type: "remove", key: KEY, version });
    await pipeline.settleOpen();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready" });
    expect((await ports.originals.list("")).items).toHaveLength(1);
  });

  it("is finished for an asker that died once it had deleted the original", async () => {
    const { ports, pipeline, delivery } = await stored();
    await pipeline.settle(delivery);
    await ports.queue.acknowledge(delivery.id);
    const version = nextRevision((await ports.records.get(ID))?.version);
    await ports.queue.send({ type: "remove", key: KEY, version });
    await ports.originals.delete(KEY);
    await pipeline.settleOpen();
    expect(await pipeline.get(ID)).toBeUndefined();
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("of what is not there is no error and does nothing", async () => {
    const { pipeline } = await stored();
    expect(await pipeline.remove(imageIdOf("never"))).toBe(false);
  });
});
