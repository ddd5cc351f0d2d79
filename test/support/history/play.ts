import fc from "fast-check";
import { MemoryBlobStore, type MemoryEtags } from "../../../src/adapters/memory/blob-store.js";
import { MemoryMetadataRepository } from "../../../src/adapters/memory/metadata-repository.js";
import { Choices } from "./choices.js";
import type { Domain } from "./domain.js";
import { judgeWorld } from "./oracle.js";
import { formatAwkwardNumber, renumberSequencers } from "./renumber-sequencers.js";
import { BOUNDS, type Bounds, type Reached, Simulation } from "./simulate.js";
import type { Stores } from "./stores.js";

/** Random histories, long enough for several operations with handlers in between. */
export const histories = fc.uint8Array({ minLength: 40, maxLength: 220, size: "max" });

/** Stores that live as long as one history. */
export async function createMemoryStores(etags: MemoryEtags = "by-content"): Promise<Stores> {
  const counts = new Map<string, number>();
  const getNumber = (key: string) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return formatAwkwardNumber(counts.get(key) ?? 1);
  };
  return {
    originals: renumberSequencers(
      new MemoryBlobStore({ changes: { add: () => {} }, etags }),
      (answered, key) => answered && getNumber(key),
    ),
    restart: () => counts.clear(),
    renditions: new MemoryBlobStore({ etags }),
    records: new MemoryMetadataRepository(),
  };
}

/**
 * Plays a history on `domain` and judges what it left; then compares everything with the originals, which mends what
 * nobody was there to mend, and of which a second time finds nothing; then forces every image under the last
 * configuration; and judges each time. Resolves to what the history reached; throws the first difference with the steps
 * that led to it.
 */
export async function playHistory(
  domain: Domain,
  numbers: Uint8Array,
  open: () => Promise<Stores> = () => createMemoryStores(),
  bounds: Bounds = BOUNDS,
): Promise<Reached> {
  const stores = await open();
  const simulation = new Simulation(domain, stores, new Choices(numbers), bounds);
  try {
    await simulation.run();
    const { world, abandoned } = simulation;
    await judgeWorld(world, bounds.keys, { abandoned });
    await simulation.reconcile();
    await judgeWorld(world, bounds.keys);
    const found = await simulation.reconcile();
    if (found.length > 0) throw new Error(`reconciling finds something twice: ${JSON.stringify(found)}`);
    await simulation.forceAll();
    await judgeWorld(world, bounds.keys, { configuration: world.config });
    return simulation.reached;
  } catch (cause) {
    throw new Error([String(cause), ...simulation.log].join("\n"), { cause });
  } finally {
    await stores.close?.();
  }
}
