import assert from "node:assert/strict";
import type { ImageFormat } from "../../../domain/model/image-format.js";
import type { RenderPlan } from "../../../domain/model/render-plan.js";
import { toRenditionFileName } from "../../../domain/model/rendition.js";
import type { RenderedImage } from "../../image-engine.js";
import { assertSame } from "../expectations.js";
import { type ImageEngineHarness, NO_LIMITS } from "./harness.js";

/** Compares with the plan what the engine says of its outputs, and what it finds when it is given them to inspect. */
export async function checkAgainstPlan(
  { engine }: ImageEngineHarness,
  plan: RenderPlan,
  outputs: readonly RenderedImage[],
): Promise<void> {
  for (const output of plan.outputs) {
    const made = outputs.find((one) => toRenditionFileName(one) === toRenditionFileName(output));
    assert.ok(made, `expected an output ${output.name} but received none`);
    const frames = output.kind === "image" ? output.frames : plan.source.frames;
    const expected: Shape = { format: output.format, ...output.size, frames };
    assertSame(pickShape(made), expected, `what is said of ${output.name}`);
    if (output.kind === "copy") continue;
    assertSame(pickShape(await engine.inspect(made.bytes, NO_LIMITS)), expected, `what ${output.name} is`);
  }
}

interface Shape {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

function pickShape({ format, width, height, frames }: Shape): Shape {
  return { format, width, height, frames };
}
