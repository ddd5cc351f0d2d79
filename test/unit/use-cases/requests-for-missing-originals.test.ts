import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createStoppedClock } from "../../support/memory-harness.js";

const KEY = "a.png";
const BYTES = createFakeImage({ format: "png", width: 300, height: 200 });
const SPECS = { thumb: { width: 20 }, preview: { width: 40 } };

/**
 * An image about which something is requested, whose original is deleted before the request is handled and stored again,
 * with the same bytes at the same moment, before the deletion is handled.
 */
async function storeAgain(how: { force?: boolean; invalidate?: boolean }) {
  const ports = memory(createStoppedClock());
  const pipeline = definePipeline({ ...ports, engine: createFakeEngine(), config: { thumbnails: SPECS } });
  const before = await pipeline.process({ key: KEY, bytes: BYTES });
  // A rendition that its record remembers although it does not name it.
  const fewer = definePipeline({
    ...ports,
    engine: createFakeEngine(),
    config: { thumbnails: { thumb: SPECS.thumb } },
  });
  await fewer.requestProcessing(KEY);
  await fewer.drainQueue();
  await fewer.requestProcessing(KEY, how);
  const [request] = await ports.queue.receive({ limit: 1 });
  await ports.originals.delete(KEY);
  if (!request) throw new Error("expected the request");
  const { outcome } = await fewer.settle(request);
  await ports.queue.acknowledge(request.id);
  const meanwhile = await fewer.get(deriveImageId(KEY));
  await ports.originals.put(KEY, BYTES, { contentType: "image/png" });
  const [removed, created] = await ports.queue.receive({ limit: 2 });
  if (removed?.change.type !== "removed" || created?.change.type !== "created")
    throw new Error("expected both changes of the original");
  await fewer.settle(created);
  await fewer.settle(removed);
  const after = await fewer.get(deriveImageId(KEY));
  const listKeys = (image: typeof after) => image?.renditions.map(({ key }) => key) ?? [];
  return {
    outcome,
    before: listKeys(before),
    meanwhile: listKeys(meanwhile),
    after: listKeys(after),
    invalidated: ports.urls.invalidated,
  };
}

describe("a request about an original that is missing when it is handled", () => {
  it("if it is forced, renders the same bytes again once they are stored again", async () => {
    const { outcome, before, meanwhile, after } = await storeAgain({ force: true });
    expect(outcome).toBe("superseded");
    expect(meanwhile).toEqual([before[0]]);
    expect(after).toHaveLength(1);
    expect(after[0]).not.toBe(before[0]);
  });

  it("if it invalidates, makes the CDN drop the keys that are no longer named", async () => {
    const { before, after, invalidated } = await storeAgain({ invalidate: true });
    expect(invalidated).toContain(before[1]);
    expect(after).toEqual([before[0]]);
  });

  it("if it is neither, keeps the renditions", async () => {
    const { before, after, invalidated } = await storeAgain({});
    expect(after).toEqual([before[0]]);
    expect(invalidated).toEqual([]);
  });
});
