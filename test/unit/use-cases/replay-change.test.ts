import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { Change } from "../../../src/domain/model/change.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);

/** A pipeline that notes every change that its queue hands out. */
function openPipeline() {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
  const recorded: Change[] = [];
  const takeChanges = async () => {
    const deliveries = await ports.queue.receive({ limit: 10 });
    recorded.push(...deliveries.map(({ change }) => change));
    return deliveries;
  };
  return {
    ports,
    pipeline,
    recorded,
    takeChanges,
    put: async (size: number) => {
      const bytes = new TextEncoder().encode(`IMG png ${size}x8 payload`);
      await ports.originals.put(KEY, bytes, { contentType: "image/png" });
    },
    settleAll: async () => {
      for (const delivery of await takeChanges()) {
        await pipeline.settle(delivery);
        await ports.queue.acknowledge(delivery.id);
      }
    },
  };
}

function getFirst(changes: readonly Change[]): Change {
  const [first] = changes;
  if (!first) throw new Error("expected a change");
  return first;
}

describe("a recorded change that is replayed", () => {
  it("does what it did not do then, and says what it made", async () => {
    const { pipeline, recorded, put, takeChanges } = openPipeline();
    await put(12);
    await takeChanges();
    const replayed = await pipeline.replay(getFirst(recorded));
    expect(replayed).toMatchObject({ outcome: "ready", key: KEY, after: { status: "ready" } });
    expect(replayed.before).toBeUndefined();
    expect(replayed.renditions.made).toHaveLength(2);
    expect(replayed.after?.version).toEqual(replayed.version);
  });

  it("says that a version as new is settled already", async () => {
    const { pipeline, recorded, put, settleAll } = openPipeline();
    await put(12);
    await settleAll();
    await put(20);
    await settleAll();
    const replayed = await pipeline.replay(getFirst(recorded));
    expect(replayed).toMatchObject({ outcome: "superseded", reason: "later-version" });
    expect(replayed.renditions).toMatchObject({ made: [], gone: [] });
    expect(replayed.renditions.kept).toHaveLength(2);
  });

  it("says that what it tells of does not lie there now", async () => {
    const { pipeline, recorded, put, takeChanges } = openPipeline();
    await put(12);
    await takeChanges();
    await put(20);
    const replayed = await pipeline.replay(getFirst(recorded));
    expect(replayed).toMatchObject({ outcome: "superseded", reason: "other-original" });
  });

  it("of another store is a look at what lies there now, whatever that store says of the order", async () => {
    const { pipeline, ports, put, settleAll } = openPipeline();
    const foreign = { type: "created", key: KEY, sequencer: "zzzz", etag: '"1"' } as never;
    await put(12);
    expect(await pipeline.replay(foreign, { sameStore: false })).toMatchObject({ outcome: "ready" });
    const before = await ports.records.get(ID);
    expect(await pipeline.replay(foreign, { sameStore: false })).toMatchObject({ outcome: "unchanged" });
    expect(await ports.records.get(ID)).toMatchObject({ renditions: before?.renditions });
    await settleAll();
    // What the store itself says later is not older than the look.
    await put(30);
    await settleAll();
    expect(await ports.records.get(ID)).toMatchObject({ status: "ready", source: { width: 30 } });
    await ports.originals.delete(KEY);
    const removed = await pipeline.replay(foreign, { sameStore: false });
    expect(removed).toMatchObject({ outcome: "removed", before: { status: "ready" } });
    expect(removed.renditions.gone).toHaveLength(2);
  });

  it("of another store, for a key that never had an image, makes none", async () => {
    const { pipeline, ports } = openPipeline();
    const foreign = { type: "removed", key: "never.png", sequencer: "1" } as const;
    const replayed = await pipeline.replay(foreign, { sameStore: false });
    expect(replayed).toMatchObject({ outcome: "superseded", reason: "other-original" });
    expect(await ports.records.get(deriveImageId("never.png"))).toBeUndefined();
  });

  it("changes nothing once all is settled, in any order and number", async () => {
    const deeds = fc.array(fc.oneof(fc.integer({ min: 9, max: 40 }), fc.constant("delete" as const)), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(deeds, fc.array(fc.nat(), { maxLength: 20 }), async (done, picks) => {
        const { pipeline, ports, recorded, put, settleAll } = openPipeline();
        for (const deed of done) {
          if (deed === "delete") await ports.originals.delete(KEY);
          else await put(deed);
        }
        await settleAll();
        const before = await ports.records.get(ID);
        for (const pick of picks) {
          const change = recorded[pick % recorded.length];
          if (change) expect((await pipeline.replay(change)).outcome).toBe("superseded");
        }
        expect(await ports.records.get(ID)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});
