import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";
import type { Size } from "../../domain/model/size.js";
import type { PlanExplanation } from "../../ports/image-engine.js";
import { humanSize, table } from "./output.js";

/** A plan for people: the original, what the engine says of the outputs if it does, and a row for each of them. */
export function linesOfPlan(
  { source, upright, outputs }: RenderPlan,
  explained: PlanExplanation | undefined,
): readonly string[] {
  const frames = source.frames > 1 ? `, ${source.frames} frames` : "";
  const cost = `${humanSize(source.decodeCost)} of memory to decode`;
  const first = `${source.format}, ${sizeOf(upright)}${frames}, ${humanSize(source.bytes)}, ${cost}`;
  if (outputs.length === 0) return [first, "no renditions"];
  const sources = new Map(explained?.outputs.map(({ name, from }) => [name, from]));
  const from = (cell: string) => (explained ? [cell] : []);
  const rows = outputs.map((output) => {
    const { name, format, size } = output;
    const how = output.kind === "copy" ? "copy" : stepsOf(output);
    return [name, format, sizeOf(size), ...from(sources.get(name) ?? ""), how];
  });
  return [
    first,
    ...(explained?.lines ?? []),
    ...table([["NAME", "FORMAT", "PIXELS", ...from("FROM"), "HOW"], ...rows]),
  ];
}

function sizeOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}

function stepsOf({ resize, crop, canvas, smartCrop, quality, frames, flattened }: PlannedImage): string {
  return [
    `resize to ${sizeOf(resize)}`,
    crop && `crop ${sizeOf(crop)} at ${smartCrop ?? `${crop.left}, ${crop.top}`}`,
    canvas && `pad to ${sizeOf(canvas)} at ${canvas.left}, ${canvas.top}`,
    quality !== undefined && `quality ${quality}`,
    frames > 1 && `${frames} frames`,
    flattened && "first frame only",
  ]
    .filter((step) => step)
    .join(", ");
}
