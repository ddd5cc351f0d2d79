import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { getFormatFacts } from "../../src/domain/model/image-format.js";
import { type PlannedImage, planRenditions } from "../../src/domain/model/render-plan.js";
import { computeUprightSize, type Orientation, type Size } from "../../src/domain/model/size.js";
import type { ThumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { createFacts, generateSizes, generateSpecs, orientations } from "../support/specs.js";

const anySource = generateSizes(30_000);
const anySpec = generateSpecs(30_000);

function plan(stored: Size, spec: ThumbnailSpec, orientation: Orientation = 1): PlannedImage {
  const { outputs } = planRenditions(createFacts(stored, orientation), {
    thumbnails: { it: spec },
    metadata: "strip",
  });
  const [only] = outputs;
  if (only?.kind !== "image") throw new Error("the plan has no image");
  return only;
}

function holds(law: (stored: Size, spec: ThumbnailSpec, planned: PlannedImage) => void): void {
  fc.assert(
    fc.property(anySource, anySpec, (stored, spec) => law(stored, spec, plan(stored, spec))),
    { numRuns: 2_000 },
  );
}

describe("The plan of a rendition", () => {
  it("never enlarges the picture unless the spec says so", () => {
    holds((stored, spec, { resize }) => {
      if (spec.upscale) return;
      expect(resize.width).toBeLessThanOrEqual(stored.width);
      expect(resize.height).toBeLessThanOrEqual(stored.height);
    });
  });

  it("covers exactly the given size if the source is large enough or may be enlarged", () => {
    holds((stored, spec, { size, format }) => {
      const { width, height } = spec;
      if (spec.fit !== "cover" || width === undefined || height === undefined) return;
      if (Math.max(width, height) > getFormatFacts(format).maxSide) return;
      if (!spec.upscale && (stored.width < width || stored.height < height)) return;
      expect(size).toEqual({ width, height });
    });
  });

  it("stays within the given sides for inside, and reaches both for outside if it may enlarge", () => {
    holds((_stored, { fit, width, height, upscale }, { size, format }) => {
      if (fit === "inside") {
        expect(size.width).toBeLessThanOrEqual(width ?? size.width);
        expect(size.height).toBeLessThanOrEqual(height ?? size.height);
      }
      if (
        fit === "outside" &&
        upscale &&
        Math.max(size.width, size.height) < getFormatFacts(format).maxSide
      ) {
        expect(size.width).toBeGreaterThanOrEqual(width ?? 1);
        expect(size.height).toBeGreaterThanOrEqual(height ?? 1);
      }
    });
  });

  it("keeps every crop inside the scaled picture and, mapped back, inside the upright source", () => {
    holds((stored, _spec, { resize, crop }) => {
      if (!crop) return;
      expect(Math.min(crop.left, crop.top)).toBeGreaterThanOrEqual(0);
      expect(crop.left + crop.width).toBeLessThanOrEqual(resize.width);
      expect(crop.top + crop.height).toBeLessThanOrEqual(resize.height);
      expect(((crop.left + crop.width) / resize.width) * stored.width).toBeLessThanOrEqual(stored.width);
      expect(((crop.top + crop.height) / resize.height) * stored.height).toBeLessThanOrEqual(stored.height);
    });
  });

  it("lays the whole scaled picture on its canvas", () => {
    holds((_stored, _spec, { resize, canvas }) => {
      if (!canvas) return;
      expect(Math.min(canvas.left, canvas.top)).toBeGreaterThanOrEqual(0);
      expect(canvas.left + resize.width).toBeLessThanOrEqual(canvas.width);
      expect(canvas.top + resize.height).toBeLessThanOrEqual(canvas.height);
    });
  });

  it("keeps the proportions to less than a pixel, except for fill", () => {
    holds((stored, spec, { resize }) => {
      if (spec.fit === "fill") return;
      // The scale that the longer side has, which rounding disturbs least, tells what the shorter one should be.
      const wide = stored.width >= stored.height;
      const scale = wide ? resize.width / stored.width : resize.height / stored.height;
      const ideal = wide ? stored.height * scale : stored.width * scale;
      const side = wide ? resize.height : resize.width;
      expect(Math.abs(side - Math.max(ideal, 1))).toBeLessThanOrEqual(1);
    });
  });

  it("has at least one whole pixel a side and no more than the encoder writes", () => {
    holds((_stored, _spec, { size, resize, format }) => {
      for (const length of [size.width, size.height, resize.width, resize.height]) {
        expect(Number.isSafeInteger(length)).toBe(true);
        expect(length).toBeGreaterThanOrEqual(1);
      }
      expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(getFormatFacts(format).maxSide);
    });
  });

  it("scales a size beyond the encoder's limit down to the largest that it writes", () => {
    const spec = { fit: "inside", format: "webp", width: 20_000, upscale: true } as const;
    fc.assert(
      fc.property(generateSpecs(10), generateSizes(5_000), (any, stored) => {
        const { width, height, ...rest } = any;
        const { size } = plan(stored, { ...rest, ...spec });
        expect(Math.max(size.width, size.height)).toBe(16_383);
      }),
    );
  });

  it("is the same however the picture was stored", () => {
    fc.assert(
      fc.property(anySource, anySpec, orientations, (upright, spec, orientation) => {
        const stored = computeUprightSize(upright, orientation);
        expect(computeUprightSize(stored, orientation)).toEqual(upright);
        expect(plan(stored, spec, orientation)).toEqual(plan(upright, spec));
      }),
    );
  });

  it("is equal for equal facts and configuration", () => {
    holds((stored, spec, planned) => {
      expect(plan({ ...stored }, structuredClone(spec))).toEqual(planned);
    });
  });
});
