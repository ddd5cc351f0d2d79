import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { MemoryBlobStore } from "../../src/adapters/memory/blob-store.js";
import { MemoryMetadataRepository } from "../../src/adapters/memory/metadata-repository.js";
import { Choices } from "../support/history/choices.js";
import { realDomain } from "../support/history/domain.js";
import { judge } from "../support/history/oracle.js";
import { BOUNDS, Simulation } from "../support/history/simulate.js";
import type { Stores } from "../support/history/world.js";

function memoryStores(): Stores {
  return {
    originals: new MemoryBlobStore({ changes: { add: () => {} } }),
    renditions: new MemoryBlobStore(),
    records: new MemoryMetadataRepository(),
  };
}

/** Plays a history, judges it, then forces every image under the last configuration and judges again. */
async function survives(simulation: Simulation): Promise<void> {
  try {
    await simulation.run();
    await judge(simulation.world, BOUNDS.keys);
    await simulation.forceAll();
    await judge(simulation.world, BOUNDS.keys, simulation.world.config);
  } catch (cause) {
    throw new Error([String(cause), ...simulation.log].join("\n"), { cause });
  }
}

const histories = fc.uint8Array({ minLength: 40, maxLength: 220, size: "max" });
const runs = Number(process.env.SAFELIGHT_HISTORIES ?? 10_000);

describe("whatever happens to an upload", () => {
  it(`ends as one pass over the final originals would, in ${runs} histories`, async () => {
    const domain = await realDomain();
    await fc.assert(
      fc.asyncProperty(histories, async (numbers) => {
        const simulation = new Simulation(domain, memoryStores(), new Choices(numbers));
        await survives(simulation);
      }),
      { numRuns: runs, ...(process.env.SAFELIGHT_SEED && { seed: Number(process.env.SAFELIGHT_SEED) }) },
    );
  }, 7_200_000);
});
