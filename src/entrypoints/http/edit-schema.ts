import { z } from "@hono/zod-openapi";
import { EDIT_TEXT, EDIT_TEXT_RULE, MAX_EDIT_TEXT } from "../../domain/model/edits.js";

const fraction = z
  .number({ error: "a number from 0 to 1" })
  .min(0, { error: "a number from 0 to 1" })
  .max(1, { error: "a number from 0 to 1" });

/** A point of the upright image. */
export const point = z
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
