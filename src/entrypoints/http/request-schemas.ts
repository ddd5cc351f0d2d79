import { z } from "@hono/zod-openapi";
import { image, imageId, status } from "./image-schemas.js";

/** A request that was accepted; the image is not settled yet. */
export const accepted = z.object({ imageId, key: z.string(), status }).openapi("Accepted");

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
