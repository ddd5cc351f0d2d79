import fc from "fast-check";
import { OUTPUT_FORMATS } from "../../src/domain/model/image-format.js";
import type { SourceFacts } from "../../src/domain/model/image-metadata.js";
import type { Orientation, Size } from "../../src/domain/model/size.js";
import { FITS, GRAVITIES, SPEC_DEFAULTS, type ThumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";

/** Any of the eight ways in which a picture can be stored. */
export const orientations = fc.constantFrom<Orientation>(1, 2, 3, 4, 5, 6, 7, 8);

/** Sizes up to `most` a side, with slivers and single pixels among them. */
export function generateSizes(most: number): fc.Arbitrary<Size> {
  const side = fc.oneof(
    fc.integer({ min: 1, max: most }),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(1, most),
  );
  return fc.record({ width: side, height: side });
}

/** Any spec that asks for one side or both, each up to `most`. */
export function generateSpecs(most: number): fc.Arbitrary<ThumbnailSpec> {
  const side = fc.integer({ min: 1, max: most });
  const asked = fc.oneof(
    fc.record({ width: side }),
    fc.record({ height: side }),
    fc.record({ width: side, height: side }),
  );
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const rest = fc.record({
    fit: fc.constantFrom(...FITS),
    position: fc.oneof(
      fc.constantFrom(...GRAVITIES, "attention" as const, "entropy" as const),
      fc.record({ x: share, y: share }),
    ),
    format: fc.constantFrom(...OUTPUT_FORMATS, "original" as const),
    upscale: fc.boolean(),
    animated: fc.boolean(),
  });
  return fc.tuple(asked, rest).map(([size, others]) => ({ ...SPEC_DEFAULTS, ...others, ...size }));
}

/** The facts of a still JPEG of this stored size. */
export function createFacts(stored: Size, orientation: Orientation = 1): SourceFacts {
  return {
    format: "jpeg",
    width: stored.width,
    height: stored.height,
    orientation,
    bytes: 1_000,
    frames: 1,
    hasAlpha: false,
    colorSpace: "srgb",
    decodeCost: stored.width * stored.height,
  };
}
