import type { Contract } from "./contract.js";
import { BACKGROUND_LAWS } from "./image-engine/background-laws.js";
import { ENCODING_LAWS } from "./image-engine/encoding-laws.js";
import { EXPLAINING_LAWS } from "./image-engine/explaining-laws.js";
import { GEOMETRY_LAWS } from "./image-engine/geometry-laws.js";
import type { ImageEngineHarness, ImageEngineLaw } from "./image-engine/harness.js";
import { INSPECTING_LAWS } from "./image-engine/inspecting-laws.js";
import { RENDERING_LAWS } from "./image-engine/rendering-laws.js";
import { SMART_CROPPING_LAWS } from "./image-engine/smart-cropping-laws.js";
import { TAGGING_LAWS } from "./image-engine/tagging-laws.js";
import { TEXT_WATERMARK_LAWS } from "./image-engine/text-watermark-laws.js";
import { WATERMARK_LAWS } from "./image-engine/watermark-laws.js";

export type { ImageCodec, ImageEngineHarness, SampleImage } from "./image-engine/harness.js";
export type { Pixels } from "./image-engine/pixels.js";

/** The laws that look at pixels, for which a harness needs a `codec`. */
export const PIXEL_LAWS: readonly ImageEngineLaw[] = [
  ...GEOMETRY_LAWS,
  ...SMART_CROPPING_LAWS,
  ...BACKGROUND_LAWS,
  ...WATERMARK_LAWS,
  ...TEXT_WATERMARK_LAWS,
  ...ENCODING_LAWS,
];

/** Everything that `ImageEngine` promises. How good its pixels look is for golden images to tell. */
export const imageEngineContract: Contract<ImageEngineHarness> = {
  name: "ImageEngine",
  laws: [...INSPECTING_LAWS, ...RENDERING_LAWS, ...TAGGING_LAWS, ...EXPLAINING_LAWS, ...PIXEL_LAWS],
};
