import { z } from "@hono/zod-openapi";

/** The name of an owner. */
export const ownerName = z
  .string({ error: "one owner" })
  .min(1, { error: "one owner" })
  .max(200, { error: "at most 200 characters" });

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
