import { describe, it } from "@jest/globals";
import { imageEngineContract, runContract } from "../../src/ports/contracts/index.js";
import { fakeEngineHarness } from "../support/liars/honest.js";

runContract({ describe, it }, imageEngineContract, fakeEngineHarness);
