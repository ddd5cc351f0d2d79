import { describe } from "@jest/globals";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { imageEngineContract, runContract } from "../../src/ports/contracts/index.js";
import { createEngineSamples } from "../support/engine-samples.js";
import { SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

runContract(
  { describe, it: takeSampleOfTests(4) },
  imageEngineContract,
  async () => ({ engine: sharpEngine(), ...(await createEngineSamples()) }),
  [
    {
      law: "render throws decoder-crashed when decoding had to be stopped",
      consequence:
        "nothing can stop a decoder in its own process; what would be endless is refused by inspect",
    },
  ],
  { seed: SEED },
);
