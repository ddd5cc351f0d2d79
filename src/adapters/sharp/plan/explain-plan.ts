import type { RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import type { PlanExplanation } from "../../../ports/image-engine.js";
import { type DecodingReason, type PixelPlan, type PixelSource, planPixels } from "./pixel-plan.js";

/** The reasons for which an output does not share its decoding, as they are printed. */
const REASON_TEXTS: Readonly<Record<DecodingReason, string>> = {
  animation: "animated",
  "16-bit": "16 bits a channel",
  cmyk: "CMYK",
  profile: "keeps its profile",
  metadata: "keeps its metadata",
  size: "too large to share",
  small: "closer from an eighth, which is decoded fast",
};

/** Explains where each output gets its pixels from. */
export function explainPlan({ tagging, ...plan }: RenderPlan): PlanExplanation {
  const pixels = planPixels(plan);
  const outputs = plan.outputs
    .filter(({ kind }) => kind === "image")
    .flatMap(({ name, format }, index) => {
      const source = pixels.outputs[index]?.source;
      return source ? [{ name, format, from: describeSource(source, pixels) }] : [];
    });
  return { lines: describeSharing(pixels), outputs, pixels };
}

/** Describes the pictures that outputs share. */
function describeSharing({ pictures, outputs }: PixelPlan): string[] {
  const alone = outputs.filter(({ source }) => source.from === "original").length;
  const [decoded, ...scaled] = pictures;
  if (!decoded || alone === outputs.length) return [];
  const steps = scaled.map(({ size }) => `then scaled to ${formatSize(size)}`);
  const part = decoded.shrinkOnLoad && decoded.shrinkOnLoad > 1 ? ` at 1/${decoded.shrinkOnLoad}` : "";
  return [[`decoded once${part} to ${formatSize(decoded.size)}`, ...steps].join(", ")];
}

function describeSource(source: PixelSource, { pictures }: PixelPlan): string {
  if (source.from === "original") return `the original: ${REASON_TEXTS[source.reason]}`;
  const picture = pictures[source.picture];
  return picture ? formatSize(picture.size) : "";
}

function formatSize({ width, height }: Size): string {
  return `${width} x ${height}`;
}
