import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import type { PlanExplanation } from "../../../ports/image-engine.js";
import { type DecodingReason, type PixelPlan, type PixelSource, planPixels } from "./pixel-plan.js";

/** Why an output does not share its decoding. */
const BECAUSE: Readonly<Record<DecodingReason, string>> = {
  animation: "it moves",
  "16-bit": "16 bits a channel",
  cmyk: "CMYK",
  profile: "keeps its profile",
  metadata: "keeps its metadata",
  size: "too large to share",
  small: "closer from an eighth, which is decoded fast",
};

/** Tells how the outputs get their pixels. */
export function explainPlan({ tagging, ...plan }: RenderPlan): PlanExplanation {
  const pixels = planPixels(plan);
  const outputs = pixels.outputs.map(({ name, source }) => ({ name, from: fromOf(source, pixels) }));
  return { lines: sharedLines(pixels), outputs, pixels };
}

/** How the pictures come about that outputs are made from. */
function sharedLines({ pictures, outputs }: PixelPlan): string[] {
  const alone = outputs.filter(({ source }) => source.from === "original").length;
  const [decoded, ...scaled] = pictures;
  if (!decoded || alone === outputs.length) return [];
  const steps = scaled.map(({ size }) => `then scaled to ${sizeOf(size)}`);
  const part = decoded.shrinkOnLoad && decoded.shrinkOnLoad > 1 ? ` at 1/${decoded.shrinkOnLoad}` : "";
  return [[`decoded once${part} to ${sizeOf(decoded.size)}`, ...steps].join(", ")];
}

function fromOf(source: PixelSource, { pictures }: PixelPlan): string {
  if (source.from === "original") return `the original: ${BECAUSE[source.because]}`;
  const picture = pictures[source.picture];
  return picture ? sizeOf(picture.size) : "";
}

function sizeOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}
