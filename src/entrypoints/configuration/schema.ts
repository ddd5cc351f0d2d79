import * as z from "zod";
import type { Limits } from "../../domain/model/checks.js";
import { COLOR_PATTERN } from "../../domain/model/color.js";
import { IMAGE_FORMATS, OUTPUT_FORMATS } from "../../domain/model/image-format.js";
import { OWNER_SOURCES } from "../../domain/model/owner.js";
import { DEFAULT_CONFIG, METADATA_POLICIES } from "../../domain/model/pipeline-config.js";
import { TAGGER_NAME, TAGGING_LIMITS } from "../../domain/model/tagging-policy.js";
import {
  COLOR_PROFILES,
  EFFORTS,
  FITS,
  GRAVITIES,
  SPEC_DEFAULTS,
  SPEC_LIMITS,
  SPEC_NAME,
} from "../../domain/model/thumbnail-spec.js";
import { UPLOAD_LIMITS } from "../../domain/model/upload-policy.js";
import {
  KEY_BEGINNING,
  WATERMARK_DEFAULTS,
  WATERMARK_LIMITS,
  WATERMARK_TEXT,
} from "../../domain/model/watermark-policy.js";

/*
 * The shape of a configuration file, for editors alone: nobody reads a file with it. What is right the domain's
 * constructors decide; limits and defaults come from there, and a property holds this schema to the same verdicts.
 */

/** Every key may be left out; `default` tells editors what that means. */
function describeKeys<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  defaults: Readonly<Record<string, unknown>> = {},
) {
  const optional = Object.entries(shape).map(([key, type]) => {
    const isKnown = defaults[key] !== undefined;
    return [
      key,
      isKnown ? type.optional().meta({ ...type.meta(), default: defaults[key] }) : type.optional(),
    ];
  });
  return z.strictObject(Object.fromEntries(optional) as Record<string, z.ZodType>);
}

const describeNumber = ([least, most]: Limits) => z.number().min(least).max(most);
const describeInteger = ([least, most]: Limits) => z.int().min(least).max(most);
const gravity = z.enum([...GRAVITIES, "centre"]);
const color = z.string().regex(COLOR_PATTERN);
const words = z.string().min(1).max(1024);

const { fit: _, ...specDefaults } = SPEC_DEFAULTS;
const spec = describeKeys(
  {
    copy: z.literal(true).describe("Store the original's bytes unchanged; the only key of its spec."),
    width: describeInteger(SPEC_LIMITS.side).describe("Pixels of the upright picture."),
    height: describeInteger(SPEC_LIMITS.side).describe("Pixels of the upright picture."),
    fit: z.enum(FITS).describe("cover when both sides are given, otherwise inside."),
    position: z
      .union([
        gravity,
        z.enum(["attention", "entropy"]),
        z.strictObject({ x: describeNumber([0, 1]), y: describeNumber([0, 1]) }),
      ])
      .describe("What a crop keeps."),
    format: z
      .enum([...OUTPUT_FORMATS, "original"])
      .describe("original keeps the original's format, or PNG where that cannot be written."),
    quality: describeInteger(SPEC_LIMITS.quality).describe("Left out: the encoder's measured default."),
    effort: z.enum(EFFORTS).describe("How much time an encoder may spend to make a file smaller."),
    upscale: z.boolean().describe("Whether a rendition may be larger than the original."),
    background: color.describe("What padding is filled with, and what transparency is flattened on."),
    animated: z.boolean().describe("Whether a moving original stays moving where the format can."),
    profile: z
      .enum(COLOR_PROFILES)
      .describe("Whether colors become sRGB, or stay as they are with the original's profile."),
    watermark: z.boolean().describe("Left out: as the watermark policy says."),
  },
  specDefaults,
).meta({
  if: { required: ["copy"] },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing here is ever awaited
  then: { maxProperties: 1 },
  else: { anyOf: [{ required: ["width"] }, { required: ["height"] }] },
});

const watermark = describeKeys(
  {
    text: z.string().regex(WATERMARK_TEXT),
    image: z.string().min(1).describe("A path, relative to the configuration file."),
    font: z.string().min(1).describe("A path, relative to the configuration file; for text."),
    color: color.describe("For text."),
    gravity,
    tile: z.boolean().describe("Repeat the mark over the whole rendition, instead of a gravity."),
    opacity: describeNumber(WATERMARK_LIMITS.opacity),
    scale: describeNumber(WATERMARK_LIMITS.scale).describe(
      "Width of the mark as a share of the rendition's width.",
    ),
    margin: describeInteger(WATERMARK_LIMITS.margin).describe("Pixels between the mark and the edges."),
    minWidth: describeInteger(WATERMARK_LIMITS.minWidth).describe(
      "Renditions narrower than this many pixels are not marked.",
    ),
    specs: z.array(words).describe("Left out: all specs."),
    prefixes: z.array(z.string().regex(KEY_BEGINNING)).describe("Left out: all keys."),
  },
  WATERMARK_DEFAULTS,
).meta({
  oneOf: [
    { required: ["text"], not: { required: ["image"] } },
    { required: ["image"], not: { anyOf: ["text", "font", "color"].map((key) => ({ required: [key] })) } },
  ],
  not: { required: ["tile", "gravity"], properties: { tile: { const: true } } },
});

const uploads = describeKeys(
  {
    formats: z.array(z.enum(IMAGE_FORMATS)).min(1).describe("Decided by content, never by name."),
    maxBytes: describeInteger(UPLOAD_LIMITS.maxBytes),
    maxPixels: describeInteger(UPLOAD_LIMITS.maxPixels).describe("Width x height x frames."),
    maxFrames: describeInteger(UPLOAD_LIMITS.maxFrames),
    maxCost: describeInteger(UPLOAD_LIMITS.maxCost).describe(
      "Bytes of memory that decoding may cost by the engine's estimate.",
    ),
    owner: z
      .enum(OWNER_SOURCES)
      .describe(
        "Whose an image is: nobody's, that of its key (all before the first slash), or its uploader's as the program or a token's claim tells it.",
      ),
  },
  { ...DEFAULT_CONFIG.uploads },
);

const tagging = describeKeys(
  {
    provider: z
      .string()
      .regex(TAGGER_NAME)
      .describe("none, or the name of the tagger that the pipeline is put together with."),
    minConfidence: describeNumber(TAGGING_LIMITS.minConfidence),
    maxLabels: describeInteger(TAGGING_LIMITS.maxLabels),
    moderation: z
      .union([z.boolean(), z.literal("required")])
      .describe("Whether findings reject an image; required: also while the tagger fails, it is not shown."),
  },
  { ...DEFAULT_CONFIG.tagging },
).meta({
  anyOf: [
    { properties: { moderation: { const: false } } },
    { required: ["provider"], properties: { provider: { not: { const: "none" } } } },
  ],
});

/** The whole configuration, as a file holds it. */
export const configurationSchema = describeKeys(
  {
    $schema: z.string(),
    thumbnails: z
      .record(z.string(), spec)
      .meta({ propertyNames: { pattern: SPEC_NAME.source } })
      .describe("What is rendered. Given, it replaces the default specs."),
    watermark: watermark.describe("Left out: nothing is marked."),
    uploads: uploads.describe("What may be uploaded."),
    metadata: z.enum(METADATA_POLICIES).describe("Which embedded metadata a rendition keeps."),
    exif: describeKeys({ position: z.boolean() }, DEFAULT_CONFIG.exif).describe(
      "position: whether records hold the GPS position.",
    ),
    tagging: tagging.describe("Who says what can be seen in a picture."),
  },
  { metadata: DEFAULT_CONFIG.metadata },
);

/**
 * The schema of a configuration file for editors: JSON Schema draft 7, the newest that they all understand. What it
 * cannot say (a spec that is named but not there, names that differ only in case) is found when the file is read.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  return {
    title: "Safelight configuration",
    ...z.toJSONSchema(configurationSchema, { io: "input", target: "draft-7" }),
  };
}
