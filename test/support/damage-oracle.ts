import { expect } from "@jest/globals";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { computeSha256 } from "../../src/domain/model/digest.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { createFakeEngine } from "../../src/testing/fake-engine.js";
import { CONFIG, type DamagedPlace, KEYS } from "./damage.js";

/** Compares with an empty pipeline of this configuration that is given the originals that are there now. */
export async function judgePlace({ adapters }: DamagedPlace, config = CONFIG): Promise<void> {
  const fresh = memory();
  const pipeline = definePipeline({ ...fresh, engine: createFakeEngine(), config });
  const expectedFiles = new Set<string>();
  for (const key of KEYS) {
    const found = await adapters.records.get(deriveImageId(key));
    expect(found?.outbox).toBeUndefined();
    const original = await adapters.originals.get(key).catch(() => undefined);
    if (!original) {
      if (found) expect([key, found.status, found.expiresAt]).toEqual([key, "removed", expect.any(String)]);
      continue;
    }
    await pipeline.process({ key, bytes: original.bytes });
    const { focalPoint = null, alt = null } = found ?? {};
    await pipeline.edit(deriveImageId(key), { focalPoint, alt });
    await pipeline.drainQueue();
    const wanted = await fresh.records.get(deriveImageId(key));
    const summarize = (of: typeof wanted) => ({
      status: of?.status,
      contentHash: of?.contentHash,
      names: of?.renditions.map(({ name }) => name),
    });
    expect(summarize(found)).toEqual(summarize(wanted));
    for (const [index, rendition] of (found?.renditions ?? []).entries()) {
      expectedFiles.add(rendition.key);
      const bytes = (await adapters.renditions.get(rendition.key)).bytes;
      const same = (await fresh.renditions.get(wanted?.renditions[index]?.key ?? "")).bytes;
      expect(computeSha256(bytes)).toBe(computeSha256(same));
    }
  }
  const stored = (await adapters.renditions.list("")).items.map(({ key }) => key);
  expect(new Set(stored)).toEqual(expectedFiles);
}

/** All that a doctor could change, for comparison. */
export async function readEverything({ adapters }: DamagedPlace): Promise<unknown> {
  return {
    records: await Promise.all(KEYS.map((key) => adapters.records.get(deriveImageId(key)))),
    originals: await adapters.originals.list(""),
    renditions: await adapters.renditions.list(""),
    events: [...adapters.events.published],
    open: await openChanges(adapters.queue),
  };
}

async function openChanges(queue: DamagedPlace["adapters"]["queue"]): Promise<readonly unknown[]> {
  const deliveries = await queue.receive({ limit: 1_000 });
  queue.abandon();
  return deliveries.map(({ id, change }) => ({ id, change }));
}
