import { describe, it } from "@jest/globals";
import { MemoryBlobStore } from "../../src/adapters/memory/index.js";
import { blobStoreContract, runContract, runFamily } from "../../src/testing/index.js";
import { MEMORY_FAMILY } from "../support/families/memory.js";
import { MEMORY_HARNESSES } from "../support/families/memory-harnesses.js";
import { SEED } from "../support/sample.js";

const runner = { describe, it };

// Its histories are played by the thousand in test/property.
runFamily(runner, MEMORY_FAMILY, MEMORY_HARNESSES, { histories: 10, seed: SEED });

runContract(
  runner,
  { ...blobStoreContract, name: "a store in memory whose etags tell the content" },
  () => ({ store: new MemoryBlobStore({ etags: "by-content" }) }),
  "absent" in MEMORY_FAMILY.ports.originals ? [] : MEMORY_FAMILY.ports.originals,
);
