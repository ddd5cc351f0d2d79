import type { Contract } from "./contract.js";
import { BACKGROUND_LAWS } from "./image-engine/backgrounds.js";
import { ENCODING_LAWS } from "./image-engine/encoding.js";
import { EXPLAINING_LAWS } from "./image-engine/explaining.js";
import type { ImageEngineHarness, ImageEngineLaw } from "./image-engine/harness.js";
import { INSPECTING_LAWS } from "./image-engine/inspecting.js";
import { LETTERING_LAWS } from "./image-engine/lettering.js";
import { RENDERING_LAWS } from "./image-engine/rendering.js";
import { SHAPING_LAWS } from "./image-engine/shaping.js";
import { SMART_CROPPING_LAWS } from "./image-engine/smart-cropping.js";
import { TAGGING_LAWS } from "./image-engine/tagging.js";
import { WATERMARKING_LAWS } from "./image-engine/watermarking.js";

export type { ImageCodec, ImageEngineHarness, SampleImage } from "./image-engine/harness.js";
export type { Pixels } from "./image-engine/pixels.js";

/** The laws that look at pixels, for which a harness needs a `codec`. */
export const PIXEL_LAWS: readonly ImageEngineLaw[] = [
  ...SHAPING_LAWS,
  ...SMART_CROPPING_LAWS,
  ...BACKGROUND_LAWS,
  ...WATERMARKING_LAWS,
  ...LETTERING_LAWS,
  ...ENCODING_LAWS,
];

/** Everything that `ImageEngine` promises. How good its pixels look is for golden images to tell. */
export const imageEngineContract: Contract<ImageEngineHarness> = {
  name: "ImageEngine",
  laws: [...INSPECTING_LAWS, ...RENDERING_LAWS, ...TAGGING_LAWS, ...EXPLAINING_LAWS, ...PIXEL_LAWS],
};
