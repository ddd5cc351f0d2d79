import fc from "fast-check";
import { MemoryBlobStore, type MemoryEtags } from "../../../src/adapters/memory/blob-store.js";
import { MemoryMetadataRepository } from "../../../src/adapters/memory/metadata-repository.js";
import { Choices } from "./choices.js";
import type { Domain } from "./domain.js";
import { judge } from "./oracle.js";
import { awkward, renumbered } from "./renumbered.js";
import { BOUNDS, type Bounds, type Reached, Simulation } from "./simulate.js";
import type { Stores } from "./world.js";

/** Random histories, long enough for several operations with handlers in between. */
export const histories = fc.uint8Array({ minLength: 40, maxLength: 220, size: "max" });

/** Stores that live as long as one history. */
export async function memoryStores(etags: MemoryEtags = "by-content"): Promise<Stores> {
  return {
    originals: renumbered(
      new MemoryBlobStore({ changes: { add: () => {} }, etags }),
      (count) => count && awkward(count),
    ),
    renditions: new MemoryBlobStore({ etags }),
    records: new MemoryMetadataRepository(),
  };
}

/**
 * Plays a history on `domain`, judges what it left, then forces every image under the last configuration and judges
 * again. Resolves to what the history reached; throws the first difference with the steps that led to it.
 */
export async function playHistory(
  domain: Domain,
  numbers: Uint8Array,
  open: () => Promise<Stores> = () => memoryStores(),
  bounds: Bounds = BOUNDS,
): Promise<Reached> {
  const stores = await open();
  const simulation = new Simulation(domain, stores, new Choices(numbers), bounds);
  try {
    await simulation.run();
    await judge(simulation.world, bounds.keys);
    await simulation.forceAll();
    await judge(simulation.world, bounds.keys, simulation.world.config);
    return simulation.reached;
  } catch (cause) {
    throw new Error([String(cause), ...simulation.log].join("\n"), { cause });
  } finally {
    await stores.close?.();
  }
}
