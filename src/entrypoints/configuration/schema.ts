import * as z from "zod";
import { IMAGE_FORMATS } from "../../domain/model/image-format.js";
import { DEFAULT_CONFIG, type MetadataPolicy } from "../../domain/model/pipeline-config.js";
import { TAGGING_PROVIDERS } from "../../domain/model/tagging-policy.js";
import { between, EVEN_WITH_FAULTS, listOf, oneOf, section, wholeNumber, yesOrNo } from "./fields.js";
import { thumbnailsSchema } from "./thumbnails-schema.js";
import { watermarkSchema } from "./watermark-schema.js";

const METADATA_POLICIES: readonly MetadataPolicy[] = ["strip", "keep-copyright", "keep-all"];
const { uploads, tagging } = DEFAULT_CONFIG;

const uploadsSchema = section({
  formats: listOf(oneOf(IMAGE_FORMATS))
    .min(1, { error: "at least one format" })
    .default([...uploads.formats])
    .describe("Decided by content, never by name."),
  maxBytes: wholeNumber(1, 1_073_741_824).default(uploads.maxBytes),
  maxPixels: wholeNumber(1, 100_000_000_000).default(uploads.maxPixels).describe("Width x height x frames."),
  maxFrames: wholeNumber(1, 1_000_000).default(uploads.maxFrames),
  maxCost: wholeNumber(1, 1_000_000_000_000)
    .default(uploads.maxCost)
    .describe("Bytes of memory that decoding may cost by the engine's estimate."),
});

const taggingSchema = section({
  provider: oneOf(TAGGING_PROVIDERS).default(tagging.provider),
  minConfidence: between(0, 100).default(tagging.minConfidence),
  maxLabels: wholeNumber(1, 1000).default(tagging.maxLabels),
  moderation: z
    .union([z.boolean(), z.literal("required")], { error: "true, false or required" })
    .default(tagging.moderation)
    .describe("Whether findings reject an image; required: also while the tagger fails, it is not shown."),
});

/** The whole configuration. Its output is complete but for `thumbnails` (see `toPipelineConfig`) and `watermark`. */
export const configurationSchema = section({
  $schema: z.string({ error: "the address of a schema" }).optional(),
  thumbnails: thumbnailsSchema.optional().describe("What is rendered. Given, it replaces the default specs."),
  watermark: watermarkSchema.optional().describe("Left out: nothing is marked."),
  uploads: uploadsSchema.prefault({}).describe("What may be uploaded."),
  metadata: oneOf(METADATA_POLICIES)
    .default(DEFAULT_CONFIG.metadata)
    .describe("Which embedded metadata a rendition keeps."),
  exif: section({ position: yesOrNo().default(false) })
    .prefault({})
    .describe("position: whether records hold the GPS position."),
  tagging: taggingSchema.prefault({}).describe("Who says what can be seen in a picture."),
}).superRefine(({ thumbnails, watermark }, context) => {
  const names = Object.keys(thumbnails ?? DEFAULT_CONFIG.thumbnails);
  for (const [index, name] of (Array.isArray(watermark?.specs) ? watermark.specs : []).entries()) {
    if (names.includes(name)) continue;
    const message = `one of the specs ${names.join(", ")}`;
    context.addIssue({ code: "custom", path: ["watermark", "specs", index], message });
  }
  if (watermark !== undefined) return;
  for (const [name, spec] of Object.entries(thumbnails ?? {})) {
    // Leaving such a rendition unmarked would be the one surprise that cannot be taken back once it is published.
    if (spec?.watermark !== true) continue;
    const message = "a watermark policy to go with it";
    context.addIssue({ code: "custom", path: ["thumbnails", name, "watermark"], message });
  }
}, EVEN_WITH_FAULTS);

/** What a configuration file holds, as written. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

/** What a configuration file means, with its defaults filled in. */
export type Configuration = z.output<typeof configurationSchema>;
