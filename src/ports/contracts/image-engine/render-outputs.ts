import assert from "node:assert/strict";
import { type PlannedImage, planRenditions } from "../../../domain/model/render-plan.js";
import type { Orientation } from "../../../domain/model/size.js";
import { type ThumbnailSpec, thumbnailSpec } from "../../../domain/model/thumbnail-spec.js";
import type { PlannedWatermark } from "../../../domain/model/watermark-placement.js";
import type { WatermarkPolicy } from "../../../domain/model/watermark-policy.js";
import { requireHook } from "../expectations.js";
import { type ImageEngineHarness, NO_LIMITS } from "./harness.js";
import { type Pixels, toStored } from "./pixels.js";

/** A partial spec: the rest is its defaults. */
export type Wish = Parameters<typeof thumbnailSpec>[0];

/** One output: its plan, its bytes and its decoded pixels. */
export interface Seen {
  readonly planned: PlannedImage;
  readonly bytes: Uint8Array;
  readonly frames: readonly Pixels[];
  /** The first frame. */
  readonly shown: Pixels;
}

/** How an original is stored, and what is laid over its outputs. */
export interface Circumstances {
  /** The pixels given are upright; they are stored so that this turns them back. */
  readonly orientation?: Orientation;
  readonly watermark?: WatermarkPolicy;
}

/** Renders an original made of these frames, and decodes its outputs. */
export async function seeAll(
  { engine, codec }: ImageEngineHarness,
  frames: readonly Pixels[],
  wishes: Readonly<Record<string, Wish>>,
  { orientation = 1, watermark }: Circumstances = {},
): Promise<readonly Seen[]> {
  const { encode, decode } = requireHook(codec, "codec");
  const stored = frames.map((frame) => toStored(frame, orientation));
  const original = await encode(stored, orientation === 1 ? undefined : orientation);
  const facts = await engine.inspect(original, NO_LIMITS);
  const thumbnails: Record<string, ThumbnailSpec> = {};
  for (const [name, wish] of Object.entries(wishes)) thumbnails[name] = thumbnailSpec(wish);
  const plan = planRenditions(facts, { thumbnails, metadata: "strip", ...(watermark && { watermark }) });
  const { outputs } = await engine.render(original, plan);
  return Promise.all(
    plan.outputs.map(async (planned, index) => {
      const bytes = outputs[index]?.bytes;
      assert.ok(bytes && planned.kind === "image", `expected an output ${planned.name} but received none`);
      const decoded = await decode(bytes);
      const [shown] = decoded;
      assert.ok(shown, `expected a picture in ${planned.name} but received none`);
      return { planned, bytes, frames: decoded, shown };
    }),
  );
}

/** Renders one output of an original made of these frames, and decodes it. */
export async function see(
  harness: ImageEngineHarness,
  frames: readonly Pixels[],
  wish: Wish,
  circumstances?: Circumstances,
): Promise<Seen> {
  const [only] = await seeAll(harness, frames, { it: wish }, circumstances);
  assert.ok(only, "expected one output but received none");
  return only;
}

/** The watermark of an output; fails when none is planned. */
export function getPlannedWatermark({ planned }: Seen): PlannedWatermark {
  assert.ok(planned.watermark, "expected a planned watermark but received none");
  return planned.watermark;
}
