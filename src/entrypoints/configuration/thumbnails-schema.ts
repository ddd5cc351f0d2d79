import * as z from "zod";
import { OUTPUT_FORMATS, type OutputFormat } from "../../domain/model/image-format.js";
import {
  COLOUR_PROFILES,
  type Effort,
  FITS,
  GRAVITIES,
  type Position,
  SPEC_DEFAULTS,
} from "../../domain/model/thumbnail-spec.js";
import { between, colour, EVEN_WITH_FAULTS, oneOf, section, wholeNumber, yesOrNo } from "./fields.js";

/** The longest side that a spec may ask for, in pixels: what a JPEG can hold. The plan checks each format's own limit. */
export const MAX_SPEC_SIDE = 65_500;

const SPEC_NAME = "^(?!__proto__$)[A-Za-z0-9_-]{1,64}$";
const EFFORTS: readonly Effort[] = ["fast", "balanced", "small"];
const FORMATS: readonly (OutputFormat | "original")[] = [...OUTPUT_FORMATS, "original"];
const POSITION_WORDS: readonly Extract<Position, string>[] = [...GRAVITIES, "attention", "entropy"];

const position = z.union([oneOf(POSITION_WORDS), section({ x: between(0, 1), y: between(0, 1) })], {
  error: `one of ${POSITION_WORDS.join(", ")} or a point { "x", "y" }`,
});

/**
 * One spec as it is written. Nothing is filled in here, because the default of `fit` depends on which sides are
 * given and a copy has none of these: `default` only tells editors what leaving a key out means.
 */
const spec = section({
  copy: z
    .literal(true, { error: "true, or no such key" })
    .optional()
    .describe("Store the original's bytes unchanged; the only key of its spec."),
  width: wholeNumber(1, MAX_SPEC_SIDE).optional().describe("Pixels of the upright picture."),
  height: wholeNumber(1, MAX_SPEC_SIDE).optional().describe("Pixels of the upright picture."),
  fit: oneOf(FITS).optional().describe("cover when both sides are given, otherwise inside."),
  position: position.optional().describe("What a crop keeps.").meta({ default: SPEC_DEFAULTS.position }),
  format: oneOf(FORMATS)
    .optional()
    .describe("original keeps the original's format, or PNG where that cannot be written.")
    .meta({ default: SPEC_DEFAULTS.format }),
  quality: wholeNumber(1, 100).optional().describe("Left out: the encoder's measured default."),
  effort: oneOf(EFFORTS)
    .optional()
    .describe("How much time an encoder may spend to make a file smaller.")
    .meta({ default: SPEC_DEFAULTS.effort }),
  upscale: yesOrNo()
    .optional()
    .describe("Whether a rendition may be larger than the original.")
    .meta({ default: SPEC_DEFAULTS.upscale }),
  background: colour()
    .optional()
    .describe("What padding is filled with, and what transparency is flattened on.")
    .meta({ default: SPEC_DEFAULTS.background }),
  animated: yesOrNo()
    .optional()
    .describe("Whether a moving original stays moving where the format can.")
    .meta({ default: SPEC_DEFAULTS.animated }),
  profile: oneOf(COLOUR_PROFILES)
    .optional()
    .describe("Whether colours become sRGB, or stay as they are with the original's profile.")
    .meta({ default: SPEC_DEFAULTS.profile }),
  watermark: yesOrNo().optional().describe("Left out: as the watermark policy says."),
})
  .superRefine((value, context) => {
    if (value.copy !== undefined) {
      for (const key of Object.keys(value).filter((key) => key !== "copy")) {
        context.addIssue({ code: "custom", path: [key], message: "no such key beside copy" });
      }
    } else if (value.width === undefined && value.height === undefined) {
      context.addIssue({ code: "custom", message: "a width, a height or both" });
    }
  }, EVEN_WITH_FAULTS)
  .meta({
    if: { required: ["copy"] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing here is ever awaited
    then: { maxProperties: 1 },
    else: { anyOf: [{ required: ["width"] }, { required: ["height"] }] },
  });

/** Specs by name. Given, they replace the default ones; the name becomes the rendition's file name. */
export const thumbnailsSchema = z
  .record(z.string(), spec, { error: "an object of specs by name" })
  .superRefine((specs, context) => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(specs)) {
      if (!new RegExp(SPEC_NAME).test(name)) {
        const message = "a name of 1 to 64 letters, digits, - and _";
        context.addIssue({ code: "custom", path: [name], message, params: { received: name } });
      }
      // The name is a file name: on a disk that ignores case, the later rendition would replace the earlier one.
      const other = seen.get(name.toLowerCase());
      if (other !== undefined) {
        const message = `a name that differs from ${other} by more than case`;
        context.addIssue({ code: "custom", path: [name], message, params: { received: name } });
      }
      seen.set(name.toLowerCase(), name);
    }
  }, EVEN_WITH_FAULTS)
  .meta({ propertyNames: { pattern: SPEC_NAME } });
