import fc from "fast-check";
import { Choices } from "./choices.js";
import type { Domain } from "./domain.js";
import { judgeWorld } from "./oracle.js";
import { BOUNDS, Simulation } from "./simulate.js";
import type { Bounds, Reached } from "./stage.js";
import type { HistoryStores } from "./stores.js";

/** Random histories, long enough for several operations with handlers in between. */
export const histories = fc.uint8Array({ minLength: 40, maxLength: 220, size: "max" });

/**
 * Plays a history on `domain` and judges what it left; then compares everything with the originals, which mends what
 * nobody was there to mend, and of which a second time finds nothing; then forces every image under the last
 * configuration; and judges each time. Resolves to what the history reached; throws the first difference with the steps
 * that led to it.
 */
export async function playHistory(
  domain: Domain,
  numbers: Uint8Array,
  open: () => Promise<HistoryStores>,
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
