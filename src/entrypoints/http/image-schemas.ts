import { z } from "@hono/zod-openapi";
import { IMAGE_FORMATS } from "../../domain/model/image-format.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { pickWebAddresses } from "../../domain/model/web-address.js";
import { point } from "./edit-schema.js";
import { problemCode } from "./problem-schema.js";

const pixels = z.int().min(1);
const instant = z.iso.datetime();
const SHOWN_STATUSES = ["pending", "ready", "rejected"] as const;

/** The id of an image. */
export const imageId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/, { error: "the 22 characters of an image id" })
  .openapi({ example: "vUrPjxTPA5DHDkVZG2YNGg" }) as unknown as z.ZodType<ImageId, string>;

/** The status of an image that is shown. */
export const status = z.enum(SHOWN_STATUSES, { error: `one of ${SHOWN_STATUSES.join(", ")}` });

const rendition = z
  .object({
    name: z.string().openapi({ description: "The name of its spec.", example: "thumb" }),
    key: z.string(),
    url: z.url().optional(),
    format: z.enum(IMAGE_FORMATS),
    width: pixels,
    height: pixels,
    bytes: z.int().min(1),
    watermarked: z.boolean(),
    frames: z.int().min(2).optional().openapi({ description: "Present only if it is animated." }),
    flattened: z
      .literal(true)
      .optional()
      .openapi({ description: "Present if the original is animated and this is not." }),
  })
  .openapi("Rendition");

const source = z
  .object({
    format: z.enum(IMAGE_FORMATS),
    contentType: z.string(),
    width: pixels,
    height: pixels,
    bytes: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    orientation: z.int().min(1).max(8),
    colorSpace: z.string(),
    hasAlpha: z.boolean(),
    frames: z.int().min(1),
    warnings: z
      .array(z.string())
      .optional()
      .openapi({
        description: "Oddities of the file that harm none of its pixels; absent if there are none.",
        example: ["2 stray bytes before DQT"],
      }),
  })
  .openapi("Source");

const exif = z
  .object({
    make: z.string().optional(),
    model: z.string().optional(),
    lens: z.string().optional(),
    takenAt: z.string().optional(),
    exposureTime: z.number().optional(),
    fNumber: z.number().optional(),
    iso: z.number().optional(),
    focalLength: z.number().optional(),
    artist: z.string().optional(),
    copyright: z.string().optional(),
    position: z
      .object({ latitude: z.number(), longitude: z.number(), altitude: z.number().optional() })
      .optional(),
  })
  .openapi("Exif");

const rights = z
  .object({
    creator: z.string().optional(),
    copyright: z.string().optional(),
    credit: z.string().optional(),
    usageTerms: z.string().optional(),
  })
  .openapi("Rights", {
    description: "Whose the picture is, and under which terms: from EXIF, XMP or IPTC.",
  });

/** One image: the same JSON as on the command line and in events. */
export const image = z
  .object({
    imageId,
    key: z.string(),
    status,
    createdAt: instant.openapi({ description: "When the original was stored." }),
    processedAt: instant.optional().openapi({ description: "Absent while pending." }),
    fileName: z.string(),
    owner: z.string().optional().openapi({ description: "The owner of the image." }),
    title: z.string().optional(),
    alt: z
      .string()
      .optional()
      .openapi({ description: "Alternative text for people who cannot see the image." }),
    focalPoint: point.optional().openapi({ description: "The point that its crops keep in view." }),
    source: source.optional(),
    exif: exif.optional(),
    rights: rights.optional(),
    placeholder: z.object({ thumbhash: z.string(), dominantColor: z.string() }).optional(),
    tags: z.array(z.string()),
    renditions: z.array(rendition),
    urls: z.record(z.string(), z.url()).openapi({
      description:
        "One URL for each spec, by its name. That of a spec with several formats answers with the best one that `Accept` allows, where renditions are served so; otherwise it is that of the last one.",
      example: { thumb: "https://images.example/9Zb0/0A1-0/5f1c/thumb.avif.webp.jpg" },
    }),
    failure: z
      .object({ code: problemCode, message: z.string() })
      .optional()
      .openapi({ description: "Why it was rejected." }),
  })
  .openapi("Image");

/** A page of images. */
export const page = z
  .object({
    items: z.array(image),
    cursor: z
      .string()
      .optional()
      .openapi({ description: "Pass it to get the next page; absent on the last." }),
  })
  .openapi("Page");

/** Converts a record to its JSON; it does not compile if the schema differs. Tombstones are never shown. */
export function toImageJson(description: ImageDescription): z.input<typeof image> {
  const { status: shown, tags, source } = description;
  if (shown === "removed") throw new TypeError("a removed image is not shown");
  const { warnings } = source ?? {};
  return {
    ...description,
    status: shown,
    source: source && { ...source, warnings: warnings && [...warnings] },
    tags: [...tags],
    ...pickWebAddresses(description),
  };
}
