import * as z from "zod";
import type { Limits } from "../../domain/model/checks.js";
import { COLOR_PATTERN } from "../../domain/model/color.js";
import { IMAGE_FORMATS, OUTPUT_FORMATS } from "../../domain/model/image-format.js";
import { IMAGE_EVENT_TYPES } from "../../domain/model/image-record.js";
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
import { MOST_SECRETS, SECRET_VARIABLE, WEBHOOK_NAME, WEBHOOK_URL } from "../../domain/model/webhook.js";

/*
 * The schema of a configuration file, for editors alone: files are checked by the domain's constructors. Limits and defaults
 * come from there, and a property test holds both to the same verdicts.
 */

/** Describes an object whose keys are all optional; `default` shows editors the value of an omitted key. */
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
const format = z.enum([...OUTPUT_FORMATS, "original"]);
const words = z.string().min(1).max(1024);

const { fit: _, ...specDefaults } = SPEC_DEFAULTS;
const spec = describeKeys(
  {
    copy: z
      .literal(true)
      .describe("Store the bytes of the original unchanged; allows no other key in the spec."),
    width: describeInteger(SPEC_LIMITS.side).describe("In pixels of the upright image."),
    height: describeInteger(SPEC_LIMITS.side).describe("In pixels of the upright image."),
    fit: z.enum(FITS).describe("Default: cover if width and height are given, otherwise inside."),
    position: z
      .union([
        gravity,
        z.enum(["attention", "entropy"]),
        z.strictObject({ x: describeNumber([0, 1]), y: describeNumber([0, 1]) }),
      ])
      .describe("The part of the image that a crop keeps."),
    format: z
      .union([
        format,
        z
          .array(format)
          .min(1)
          .meta({ uniqueItems: true })
          .describe("One file for each; the best comes first."),
      ])
      .describe("original keeps the format of the original, or uses PNG if that cannot be written."),
    quality: describeInteger(SPEC_LIMITS.quality).describe("Default: measured per encoder."),
    effort: z.enum(EFFORTS).describe("The time that the encoder may spend on smaller files."),
    upscale: z.boolean().describe("Whether a rendition may be larger than the original."),
    background: color.describe(
      "The color of padding, and of the background where transparency is flattened.",
    ),
    animated: z.boolean().describe("Whether an animated original stays animated if the format allows it."),
    profile: z
      .enum(COLOR_PROFILES)
      .describe("Whether colors are converted to sRGB, or kept with the profile of the original."),
    watermark: z.boolean().describe("Default: as the watermark policy says."),
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
    tile: z.boolean().describe("Repeat the watermark over the whole rendition; excludes gravity."),
    opacity: describeNumber(WATERMARK_LIMITS.opacity),
    scale: describeNumber(WATERMARK_LIMITS.scale).describe(
      "Width of the watermark as a fraction of the rendition's width.",
    ),
    margin: describeInteger(WATERMARK_LIMITS.margin).describe("Pixels between the watermark and the edges."),
    minWidth: describeInteger(WATERMARK_LIMITS.minWidth).describe(
      "Renditions narrower than this many pixels get no watermark.",
    ),
    specs: z.array(words).describe("The specs that get the watermark. Default: all."),
    prefixes: z
      .array(z.string().regex(KEY_BEGINNING))
      .describe("Beginnings of the keys whose renditions get the watermark. Default: all keys."),
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
    formats: z
      .array(z.enum(IMAGE_FORMATS))
      .min(1)
      .describe("The formats to accept, by content and never by file name."),
    maxBytes: describeInteger(UPLOAD_LIMITS.maxBytes),
    maxPixels: describeInteger(UPLOAD_LIMITS.maxPixels).describe("Width x height x frames."),
    maxFrames: describeInteger(UPLOAD_LIMITS.maxFrames),
    maxCost: describeInteger(UPLOAD_LIMITS.maxCost).describe(
      "Bytes of memory that decoding may take by the engine's estimate.",
    ),
    owner: z
      .enum(OWNER_SOURCES)
      .describe(
        "The owner of an image: none, the beginning of its key (up to the first slash), or the caller who uploads it (as the program or a claim of the token says).",
      ),
  },
  { ...DEFAULT_CONFIG.uploads },
);

const tagging = describeKeys(
  {
    provider: z
      .string()
      .regex(TAGGER_NAME)
      .describe("none, or the name of the tagger that the pipeline is composed with."),
    minConfidence: describeNumber(TAGGING_LIMITS.minConfidence),
    maxLabels: describeInteger(TAGGING_LIMITS.maxLabels),
    moderation: z
      .union([z.boolean(), z.literal("required")])
      .describe(
        "Whether moderation findings reject an image. required: an image is not shown either while the tagger fails.",
      ),
  },
  { ...DEFAULT_CONFIG.tagging },
).meta({
  anyOf: [
    { properties: { moderation: { const: false } } },
    { required: ["provider"], properties: { provider: { not: { const: "none" } } } },
  ],
});

const secretName = z.string().regex(SECRET_VARIABLE);
const webhook = describeKeys({
  url: z.string().regex(WEBHOOK_URL).describe("Where events are posted to."),
  types: z.array(z.enum(IMAGE_EVENT_TYPES)).min(1).describe("The types of events to send. Default: all."),
  secret: z
    .union([secretName, z.array(secretName).min(1).max(MOST_SECRETS)])
    .describe(
      "The names of the environment variables that hold the secrets (whsec_...); or, with _FILE behind them, the paths of files.",
    ),
}).meta({ required: ["url", "secret"] });

/** The schema of a whole configuration file. */
export const configurationSchema = describeKeys(
  {
    $schema: z.string(),
    thumbnails: z
      .record(z.string(), spec)
      .meta({ propertyNames: { pattern: SPEC_NAME.source } })
      .describe("The renditions, by name. Replaces the default specs."),
    watermark: watermark.describe("Default: no watermark."),
    uploads: uploads.describe("The limits of uploads."),
    metadata: z.enum(METADATA_POLICIES).describe("The embedded metadata that renditions keep."),
    exif: describeKeys({ position: z.boolean() }, DEFAULT_CONFIG.exif).describe(
      "position: whether records contain the GPS position.",
    ),
    tagging: tagging.describe("Labels and moderation by a tagger."),
    webhooks: z
      .record(z.string(), webhook)
      .meta({ propertyNames: { pattern: WEBHOOK_NAME.source } })
      .describe("Subscribers to send events to, by name. Default: none."),
  },
  { metadata: DEFAULT_CONFIG.metadata },
);

/**
 * Generates the JSON Schema of a configuration file: draft 7, the newest that all editors understand. Errors that it cannot
 * express (a spec that does not exist, names that differ only in case) are found when the file is read.
 */
export function generateConfigurationSchema(): Record<string, unknown> {
  return {
    title: "Safelight configuration",
    ...z.toJSONSchema(configurationSchema, { io: "input", target: "draft-7" }),
  };
}
