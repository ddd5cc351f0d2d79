import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { decorate } from "../../../src/ports/checked/decorate.js";
import { createFakeEngine } from "../../../src/testing/fake-engine.js";

const encode = (text: string) => new TextEncoder().encode(`IMG png 12x8 ${text}`);

/** The pipeline of one family whose originals lie in the store of another, which tells its queue nothing. */
function defineMixedPipeline(capabilities: Partial<BlobStore> = {}) {
  const { originals } = memory();
  const silent = decorate<BlobStore>(originals, {
    ...capabilities,
    put: async (...request) => ({ etag: (await originals.put(...request)).etag }),
    delete: async (key) => {
      await originals.delete(key);
      return {};
    },
  });
  return definePipeline({ ...memory(), originals: silent, engine: createFakeEngine() });
}

describe("an upload into a store that tells no queue of its changes", () => {
  it("is settled by whoever works the queue, and so is the next upload of the key", async () => {
    const pipeline = defineMixedPipeline();
    const imageId = await pipeline.upload({ key: "a.png", bytes: encode("first") });
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    const first = await pipeline.get(imageId);
    expect(first?.status).toBe("ready");
    await pipeline.upload({ key: "a.png", bytes: encode("second") });
    await pipeline.drainQueue();
    const second = await pipeline.get(imageId);
    expect(second?.status).toBe("ready");
    expect(second?.source?.sha256).not.toBe(first?.source?.sha256);
  });

  it("puts nothing into the queue where the store says that it notifies one", async () => {
    const pipeline = defineMixedPipeline({ notifies: true });
    await pipeline.upload({ key: "a.png", bytes: encode("first") });
    expect(await pipeline.drainQueue()).toEqual({ settled: 0, failed: 0 });
  });
});
