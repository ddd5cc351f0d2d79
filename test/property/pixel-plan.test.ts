import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isAtLeastTimesLarger, isSameSize } from "../../src/adapters/sharp/plan/compare-sizes.js";
import { chooseShrinkOnLoad } from "../../src/adapters/sharp/plan/decode-target.js";
import type { SharedPicture } from "../../src/adapters/sharp/plan/picture-sharing.js";
import { type PixelPlan, planPixels } from "../../src/adapters/sharp/plan/pixel-plan.js";
import type { Scaling } from "../../src/domain/model/geometry.js";
import type { SourceFacts } from "../../src/domain/model/image-metadata.js";
import type { MetadataPolicy } from "../../src/domain/model/pipeline-config.js";
import { type PlannedImage, planRenditions, type RenderPlan } from "../../src/domain/model/render-plan.js";
import type { Size } from "../../src/domain/model/size.js";
import { type ThumbnailSpec, thumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { createFacts, generateSizes, generateSpecs, orientations } from "../support/specs.js";

const anyPlan = fc
  .record({
    stored: generateSizes(12_000),
    orientation: orientations,
    wishes: fc.array(generateSpecs(6_000), { maxLength: 8 }),
    colorSpace: fc.constantFrom("srgb", "srgb", "b-w", "cmyk", "rgb16"),
    frames: fc.constantFrom(1, 1, 5),
    metadata: fc.constantFrom<MetadataPolicy>("strip", "keep-copyright", "keep-all"),
  })
  .map(({ stored, orientation, wishes, colorSpace, frames, metadata }) => {
    const facts = { ...createFacts(stored, orientation), colorSpace, frames };
    return createPlan(facts, wishes, metadata);
  });

function createPlan(
  facts: SourceFacts,
  wishes: readonly ThumbnailSpec[],
  metadata: MetadataPolicy = "strip",
) {
  const thumbnails = Object.fromEntries(wishes.map((wish, place) => [`spec-${place}`, wish]));
  return planRenditions(facts, { thumbnails, metadata });
}

function holds(law: (plan: RenderPlan, pixels: PixelPlan) => void): void {
  fc.assert(
    fc.property(anyPlan, (plan) => law(plan, planPixels(plan))),
    { numRuns: 2_000 },
  );
}

const listImages = (plan: RenderPlan) =>
  plan.outputs.filter((output): output is PlannedImage => output.kind === "image");

/** Without enlarging, which adds nothing. */
const limitSize = (size: Size, { width, height }: Size) => ({
  width: Math.min(size.width, width),
  height: Math.min(size.height, height),
});

const findReason = (facts: Partial<SourceFacts>, wish: Partial<ThumbnailSpec>, metadata?: MetadataPolicy) => {
  const spec = thumbnailSpec({ width: 200, ...wish });
  const source = { ...createFacts({ width: 6_000, height: 4_000 }), ...facts };
  return planPixels(createPlan(source, [spec], metadata)).outputs[0]?.source;
};

describe("The plan of the pixels", () => {
  it("names a source for every output that is not a copy, in the plan's order", () => {
    holds((plan, { outputs }) => {
      expect(outputs.map(({ name }) => name)).toEqual(listImages(plan).map(({ name }) => name));
    });
  });

  it("decodes for sharing at most once, and never larger than the original", () => {
    holds(({ upright }, { pictures }) => {
      expect(pictures.filter(({ scaledFrom }) => scaledFrom === undefined).length).toBeLessThanOrEqual(1);
      for (const { size } of pictures) expect(limitSize(size, upright)).toEqual(size);
    });
  });

  it("makes no output from a picture that is smaller than it, unless the original is", () => {
    holds((plan, { outputs, pictures, placeholder }) => {
      const asked = new Map(listImages(plan).map(({ name, resize }) => [name, resize]));
      const uses = [...outputs.map((output) => ({ ...output, size: asked.get(output.name) })), placeholder];
      for (const { size, source } of uses) {
        if (source.from === "original" || !size) continue;
        const picture = pictures[source.picture]?.size as Size;
        expect(limitSize(limitSize(size, plan.upright), picture)).toEqual(limitSize(size, plan.upright));
      }
    });
  });

  it("scales from the decoded picture or its means, or else from some three times as much and in its proportions", () => {
    holds((plan, { outputs, pictures }) => {
      const expectLaw = (scaling: Scaling, place: number) => {
        const { size, shrinkOnLoad } = pictures[place] as SharedPicture;
        if (place === 0 || shrinkOnLoad || isSameSize(size, scaling.resize)) return;
        // An eighth of all pixels may be closer; its sides are rounded.
        const isEighth = size.width === Math.floor(plan.upright.width / 8);
        expect(isAtLeastTimesLarger(isEighth ? 2.2 : 2.9, size, scaling.resize)).toBe(true);
        // Its sides are whole pixels, rounded up: of an output of one pixel, three times can be four.
        const roundedUp = { width: size.width - 1, height: size.height - 1 };
        expect(isAtLeastTimesLarger(4, roundedUp, scaling.resize)).toBe(false);
        expect(Math.abs(size.width - (size.height * plan.upright.width) / plan.upright.height)).toBeLessThan(
          1 + plan.upright.width / plan.upright.height,
        );
      };
      for (const { size, scaledBy, scaledFrom, shrinkOnLoad } of pictures)
        if (scaledFrom !== undefined && !shrinkOnLoad) expectLaw({ resize: size, scaledBy }, scaledFrom);
      for (const image of listImages(plan)) {
        const source = outputs.find(({ name }) => name === image.name)?.source;
        if (source?.from === "memory") expectLaw(image, source.picture);
      }
    });
  });

  it("has the decoder merge no more pixels than for any output alone", () => {
    holds((plan, { outputs, pictures }) => {
      const original = { format: plan.source.format, size: plan.upright };
      const merged = pictures[0]?.shrinkOnLoad ?? 1;
      for (const [place, image] of listImages(plan).entries())
        if (outputs[place]?.source.from === "memory")
          expect(merged).toBeLessThanOrEqual(chooseShrinkOnLoad(original, image.resize));
    });
  });

  it("decodes an output that is alone to just its size", () => {
    const { pictures } = planPixels(
      createPlan(createFacts({ width: 6_000, height: 4_000 }), [thumbnailSpec({ width: 97 })]),
    );
    expect(pictures).toEqual([{ size: { width: 97, height: 65 }, scaledBy: "width" }]);
  });

  it("has no picture that nothing is made from, and makes each from an earlier one", () => {
    holds((_plan, { outputs, pictures, placeholder }) => {
      const used = new Set(
        [...outputs, placeholder].map(({ source }) => source.from === "memory" && source.picture),
      );
      for (const { scaledFrom } of pictures) if (scaledFrom !== undefined) used.add(scaledFrom);
      pictures.forEach(({ scaledFrom }, place) => {
        expect(used.has(place)).toBe(true);
        expect(scaledFrom === undefined ? place === 0 : scaledFrom < place).toBe(true);
      });
    });
  });

  it("holds at most 100 MB in its largest picture", () => {
    holds((_plan, { pictures }) => {
      for (const { size } of pictures) expect(size.width * size.height * 4).toBeLessThanOrEqual(100e6);
    });
  });

  it("shares between different crops, smart crops among them", () => {
    const wishes = (["attention", "entropy", "north", { x: 0.1, y: 0.9 }] as const).map((position) =>
      thumbnailSpec({ width: 200, height: 200, position }),
    );
    const { outputs } = planPixels(createPlan(createFacts({ width: 6_000, height: 4_000 }), wishes));
    expect(outputs.map(({ source }) => source.from)).toEqual(Array(4).fill("memory"));
  });

  it("decodes one or two small outputs beside a large one separately, and makes more of them from an eighth", () => {
    const listSources = (...all: readonly number[]) => {
      const wishes = all.map((width) => thumbnailSpec({ width }));
      const { pictures, outputs } = planPixels(
        createPlan(createFacts({ width: 4_000, height: 3_000 }), wishes),
      );
      return {
        pictures: pictures.map(({ size }) => size.width),
        sources: outputs.map(({ source }) => source),
      };
    };
    const alone = { from: "original", reason: "small" };
    const createStep = (picture: number) => ({ from: "memory", picture });
    expect(listSources(1920, 150)).toEqual({ pictures: [1920], sources: [createStep(0), alone] });
    expect(listSources(1920, 160, 150).sources).toEqual([createStep(0), alone, alone]);
    // The picture that the decoder merges is no larger than it has to be: there they share it.
    expect(listSources(260, 160).sources).toEqual([createStep(0), createStep(0)]);
    expect(listSources(1920, 160, 150, 140)).toEqual({
      pictures: [4000, 500],
      sources: [createStep(0), createStep(1), createStep(1), createStep(1)],
    });
  });

  it.each([
    ["animation", { format: "gif", frames: 5 }, { format: "webp" }, "strip"],
    ["16-bit", { colorSpace: "rgb16" }, {}, "strip"],
    ["16-bit", { colorSpace: "grey16" }, {}, "strip"],
    ["cmyk", { colorSpace: "cmyk" }, {}, "strip"],
    ["profile", {}, { profile: "keep" }, "strip"],
    ["metadata", {}, {}, "keep-all"],
    ["size", { width: 9_000 }, { width: 9_000 }, "strip"],
  ] as const)("decodes for one output alone because of %s, and says so", (reason, facts, wish, metadata) => {
    expect(findReason(facts, wish, metadata)).toEqual({ from: "original", reason });
    expect(findReason({}, {})).toEqual({ from: "memory", picture: 0 });
  });
});
