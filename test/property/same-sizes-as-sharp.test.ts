import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp, { type ResizeOptions, type Sharp } from "sharp";
import { computeGeometry, computeOutputSize } from "../../src/domain/model/geometry.js";
import { computeUprightSize, type Size } from "../../src/domain/model/size.js";
import type { ThumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { chooseCount } from "../support/sample.js";
import { generateSizes, generateSpecs, orientations } from "../support/specs.js";

/** More would only be slow: rounding has no scale. */
const MOST_PIXELS = 400_000;

const isSmall = ({ width, height }: Size) => width * height <= MOST_PIXELS;

function toResizeOptions({ width, height, fit, upscale }: ThumbnailSpec): ResizeOptions {
  return { ...(width && { width }), ...(height && { height }), fit, withoutEnlargement: !upscale };
}

async function measureBySharp(picture: Sharp): Promise<Size> {
  const { info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height };
}

function createBlank({ width, height }: Size): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "#336699" } });
}

describe("The planned size", () => {
  it("is the size that sharp gives for the same spec", async () => {
    await fc.assert(
      fc.asyncProperty(generateSizes(1_500).filter(isSmall), generateSpecs(600), async (source, spec) => {
        const planned = computeOutputSize(computeGeometry(source, spec));
        fc.pre(isSmall(planned));
        expect(await measureBySharp(createBlank(source).resize(toResizeOptions(spec)))).toEqual(planned);
      }),
      { numRuns: chooseCount({ fast: 200, ordinary: 200, long: 2_000 }) },
    );
  });

  it("is the size that sharp gives for the upright picture, in all eight orientations", async () => {
    await fc.assert(
      fc.asyncProperty(
        generateSizes(300),
        generateSpecs(300),
        orientations,
        async (stored, spec, orientation) => {
          const planned = computeOutputSize(computeGeometry(computeUprightSize(stored, orientation), spec));
          fc.pre(isSmall(planned));
          const file = await createBlank(stored)
            .withMetadata({ orientation })
            .png({ compressionLevel: 0 })
            .toBuffer();
          expect(await measureBySharp(sharp(file).autoOrient().resize(toResizeOptions(spec)))).toEqual(
            planned,
          );
        },
      ),
      { numRuns: chooseCount({ fast: 80, ordinary: 80, long: 1_000 }) },
    );
  });
});
