import { describe, it } from "@jest/globals";
import { PIXEL_LAWS } from "../../src/ports/contracts/image-engine.js";
import { imageEngineContract, runContract } from "../../src/ports/contracts/index.js";
import { createFakeEngineHarness } from "../support/liars/honest.js";

runContract(
  { describe, it },
  imageEngineContract,
  createFakeEngineHarness,
  PIXEL_LAWS.map(({ name }) => ({ law: name, consequence: "its images are text, and have no pixels" })),
);
