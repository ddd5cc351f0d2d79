import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import { toRenditionFileName } from "../../domain/model/rendition.js";
import type { Size } from "../../domain/model/size.js";
import type { PlanExplanation } from "../../ports/image-engine.js";
import { formatSize, formatTable } from "./output.js";

/** A plan for people: the original, what the engine says of the outputs if it does, and a row for each of them. */
export function formatPlan(
  { source, upright, outputs }: RenderPlan,
  explained: PlanExplanation | undefined,
): readonly string[] {
  const frames = source.frames > 1 ? `, ${source.frames} frames` : "";
  const cost = `${formatSize(source.decodeCost)} of memory to decode`;
  const first = `${source.format}, ${formatDimensions(upright)}${frames}, ${formatSize(source.bytes)}, ${cost}`;
  if (outputs.length === 0) return [first, "no renditions"];
  const sources = new Map(explained?.outputs.map((output) => [toRenditionFileName(output), output.from]));
  const showIfExplained = (cell: string) => (explained ? [cell] : []);
  const rows = outputs.map((output) => {
    const { name, format, size } = output;
    const how = output.kind === "copy" ? "copy" : describeSteps(output);
    return [
      name,
      format,
      formatDimensions(size),
      ...showIfExplained(sources.get(toRenditionFileName(output)) ?? ""),
      how,
    ];
  });
  return [
    first,
    ...(explained?.lines ?? []),
    ...formatTable([["NAME", "FORMAT", "PIXELS", ...showIfExplained("FROM"), "HOW"], ...rows]),
  ];
}

function formatDimensions({ width, height }: Size): string {
  return `${width} x ${height}`;
}

function describeSteps({
  resize,
  crop,
  canvas,
  smartCrop,
  quality,
  frames,
  flattened,
}: PlannedImage): string {
  return [
    `resize to ${formatDimensions(resize)}`,
    crop && `crop ${formatDimensions(crop)} at ${smartCrop ?? `${crop.left}, ${crop.top}`}`,
    canvas && `pad to ${formatDimensions(canvas)} at ${canvas.left}, ${canvas.top}`,
    quality !== undefined && `quality ${quality}`,
    frames > 1 && `${frames} frames`,
    flattened && "first frame only",
  ]
    .filter((step) => step)
    .join(", ");
}
