import assert from "node:assert/strict";
import type { Law } from "./contract.js";

/**
 * The law of what an adapter may lack: kept where the capability is there. Whoever lacks it declares the gap, whose
 * consequence is the same for every adapter.
 */
export function createCapabilityLaw<Harness>({
  name,
  consequence,
  isThere,
}: {
  readonly name: string;
  readonly consequence: string;
  readonly isThere: (harness: Harness) => boolean | Promise<boolean>;
}): Law<Harness> {
  return {
    name,
    consequence,
    check: async (harness) =>
      assert.ok(
        await isThere(harness),
        `expected the capability "${name}" but the adapter lacks it; declare the gap, with which users live like this: ${consequence}`,
      ),
  };
}
