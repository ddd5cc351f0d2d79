import type { Contract } from "./contract.js";
import type { ImageEngineHarness } from "./image-engine/harness.js";
import { INSPECTING_LAWS } from "./image-engine/inspecting.js";
import { RENDERING_LAWS } from "./image-engine/rendering.js";

export type { ImageEngineHarness, SampleImage } from "./image-engine/harness.js";

/** Everything that `ImageEngine` promises and that can be told without a look at pixels; those need golden images. */
export const imageEngineContract: Contract<ImageEngineHarness> = {
  name: "ImageEngine",
  laws: [...INSPECTING_LAWS, ...RENDERING_LAWS],
};
