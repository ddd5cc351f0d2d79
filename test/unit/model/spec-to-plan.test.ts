import { describe, expect, it } from "@jest/globals";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { type ThumbnailSpecInput, thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";
import { createFacts } from "../../support/specs.js";

const SPEC = { width: 40, height: 30 } as const;

/** For each field of a spec, another value than that of {@link SPEC}. */
const OTHER_VALUES: { readonly [Field in keyof Required<ThumbnailSpecInput>]: ThumbnailSpecInput[Field] } = {
  width: 41,
  height: 31,
  fit: "contain",
  position: "west",
  format: "avif",
  quality: 7,
  effort: "small",
  animated: false,
  upscale: true,
  background: "#123456",
  profile: "keep",
  watermark: false,
};

function plan(spec: ThumbnailSpecInput, size = { width: 90, height: 50 }, frames = 3) {
  const config = pipelineConfig({ thumbnails: { it: spec }, watermark: { text: "ours", minWidth: 1 } });
  const facts = { ...createFacts(size), format: "webp" as const, frames };
  return planRenditions(facts, config);
}

describe("what a spec says reaches the plan", () => {
  it("in every one of its fields", () => {
    expect(Object.keys(thumbnailSpec({ ...SPEC, quality: 1, watermark: true })).sort()).toEqual(
      Object.keys(OTHER_VALUES).sort(),
    );
  });

  it.each(Object.entries(OTHER_VALUES))("%s", (field, value) => {
    // A small original shows what may be enlarged; one that can be animated, what is.
    const size = field === "upscale" ? { width: 20, height: 10 } : undefined;
    const base: ThumbnailSpecInput = { ...SPEC, format: "webp" };
    expect(plan({ ...base, [field]: value }, size)).not.toEqual(plan(base, size));
  });

  it("by its own words where the engine decides what they mean", () => {
    const spec = { ...SPEC, quality: 7, effort: "small", background: "#123456", profile: "keep" } as const;
    expect(plan(spec).outputs).toMatchObject([
      { quality: 7, effort: "small", background: "#123456", profile: "keep" },
    ]);
  });
});
