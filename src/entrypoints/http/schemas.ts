import { z } from "@hono/zod-openapi";
import { EDIT_TEXT, EDIT_TEXT_RULE, MAX_EDIT_TEXT } from "../../domain/model/edits.js";
import type { ErrorCode } from "../../domain/model/errors.js";
import { IMAGE_FORMATS } from "../../domain/model/image-format.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { pickWebAddresses } from "../../domain/model/web-address.js";
import { HTTP_STATUS } from "./problem.js";

/*
 * The JSON of the API: schemas that describe it, and whose types the handlers are checked against.
 */

const pixels = z.int().min(1);
const instant = z.iso.datetime();
const SHOWN_STATUSES = ["pending", "ready", "rejected"] as const;
const CODES = Object.keys(HTTP_STATUS) as ErrorCode[];

/** The id of an image. */
export const imageId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/, { error: "the 22 characters of an image id" })
  .openapi({ example: "vUrPjxTPA5DHDkVZG2YNGg" }) as unknown as z.ZodType<ImageId, string>;

/** The name of an owner. */
export const ownerName = z
  .string({ error: "one owner" })
  .min(1, { error: "one owner" })
  .max(200, { error: "at most 200 characters" });

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

const fraction = z
  .number({ error: "a number from 0 to 1" })
  .min(0, { error: "a number from 0 to 1" })
  .max(1, { error: "a number from 0 to 1" });

/** A point of the upright image. */
const point = z
  .strictObject({ x: fraction, y: fraction }, { error: "a point of x and y" })
  .openapi("FocalPoint", {
    description: "A point of the upright image, as fractions of its width and height.",
  });

const createTextSchema = (description: string) =>
  z
    .string({ error: EDIT_TEXT_RULE })
    .regex(EDIT_TEXT, { error: EDIT_TEXT_RULE })
    .nullable()
    .optional()
    .openapi({
      description: `${description}; null removes it.`,
      maxLength: MAX_EDIT_TEXT,
      // Patterns of JSON Schema are always of Unicode and have no flags.
      pattern: EDIT_TEXT.source,
    });

/** An edit of an image: a merge patch (RFC 7396) of focal point, alternative text and title. */
export const edit = z
  .strictObject(
    {
      focalPoint: point
        .nullable()
        .optional()
        .openapi({ description: "The point that every crop keeps in view; null removes it." }),
      alt: createTextSchema(
        "Alternative text for people who cannot see the image; empty if it is decorative",
      ),
      title: createTextSchema("The title"),
    },
    { error: "an object" },
  )
  .openapi("ImageEdit");

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
      .object({ code: z.enum(CODES), message: z.string() })
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

/** A request that was accepted; the image is not settled yet. */
export const accepted = z.object({ imageId, key: z.string(), status }).openapi("Accepted");

/** The progress of a removal. */
export const removal = z
  .object({
    imageId,
    key: z.string(),
    removed: z
      .boolean()
      .openapi({ description: "Whether renditions, record and cached copies are gone already." }),
  })
  .openapi("Removal");

/** The progress of an erasure. */
export const erasure = z
  .object({
    requested: z
      .int()
      .min(0)
      .openapi({ description: "Number of images whose removal this request asked for." }),
    done: z.boolean().openapi({
      description:
        "Whether no image of the owner is listed any longer and every removal that this request asked for is complete. Otherwise repeat the request.",
    }),
  })
  .openapi("Erasure");

/** The result of a request to process an original. */
export const processed = z
  .object({
    original: z.string().openapi({ description: "The key of the original." }),
    processed: z
      .string()
      .nullable()
      .openapi({ description: "The key of the first rendition; null if the original was rejected." }),
    record: image,
  })
  .openapi("Processed");

/** One request that uploads one original directly. */
export const ticket = z
  .object({
    imageId,
    key: z.string(),
    method: z.enum(["POST", "PUT"]).openapi({
      description:
        "POST: multipart/form-data with the fields first and the bytes as the last part, `file`. PUT: the bytes themselves.",
    }),
    url: z.url().openapi({ description: "Where to send the request; it needs no other authorization." }),
    headers: z
      .record(z.string(), z.string())
      .openapi({ description: "Headers that the request must have exactly as they are." }),
    fields: z
      .record(z.string(), z.string())
      .openapi({ description: "The fields of the form; empty for a PUT." }),
    expiresAt: instant,
    complete: z.literal(true).optional().openapi({
      description:
        "Send `POST /uploads/{id}/complete` after the upload: the store does not tell of it, and the image would appear only when the ticket has expired.",
    }),
  })
  .openapi("Ticket");

/** Problem details of RFC 9457. */
export const problem = z
  .object({
    type: z.string().openapi({ example: "urn:safelight:problem:not-found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "One sentence for people. Programs act on the code." }),
    code: z.enum(CODES),
    requestId: z.string(),
  })
  .openapi("Problem");

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
