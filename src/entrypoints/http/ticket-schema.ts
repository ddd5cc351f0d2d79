import { z } from "@hono/zod-openapi";
import { imageId } from "./image-schemas.js";

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
    expiresAt: z.iso.datetime(),
    complete: z.literal(true).optional().openapi({
      description:
        "Send `POST /uploads/{id}/complete` after the upload: the store does not tell of it, and the image would appear only when the ticket has expired.",
    }),
  })
  .openapi("Ticket");
