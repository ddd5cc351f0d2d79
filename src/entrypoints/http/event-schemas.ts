import { z } from "@hono/zod-openapi";
import type { ImageEvent } from "../../domain/model/image-event.js";
import type { ImageEventType } from "../../domain/model/image-record.js";
import { pickWebAddresses } from "../../domain/model/web-address.js";
import { image, imageId } from "./image-schemas.js";

const TYPES = [
  "ImageReady",
  "ImageRejected",
  "ImageRemoved",
  "ImageEdited",
] as const satisfies ImageEventType[];

/** The type of an event. */
export const eventType = z.enum(TYPES, { error: `one of ${TYPES.join(", ")}` });

/** The id of an event. */
export const eventId = z
  .string({ error: "the id of an event" })
  .regex(/^[\x21-\x7e]{1,200}$/, { error: "the id of an event" });

/** One event: the same JSON in a stream, in a message of a topic and on the command line. */
export const event = z
  .object({
    id: z.string().openapi({ description: "The same for every repeat of the event: drop repeats by it." }),
    type: eventType,
    imageId,
    key: z.string().openapi({ description: "The key of the original." }),
    version: z.object({ epoch: z.int().min(0), sequencer: z.string(), revision: z.int().min(0) }).openapi({
      description:
        "Orders the events of one image: by epoch, then by sequencer as text, then by revision. A later event may come first.",
    }),
    edition: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: "Of an edit: orders the edits of one version." }),
    owner: z.string().optional().openapi({ description: "Whose image it is or, of a removal, was." }),
    time: z.iso.datetime().openapi({ description: "When it was committed." }),
    record: image
      .extend({ status: z.enum(["pending", "ready", "rejected", "removed"]) })
      .optional()
      .openapi({
        description:
          "The image as it was committed; absent if a later version had replaced it before it was published.",
      }),
  })
  .openapi("Event");

/** Converts an event to its JSON; it does not compile if the schema differs. */
export function toEventJson({ record, ...fact }: ImageEvent): z.input<typeof event> {
  if (record === undefined) return fact;
  const { source, tags } = record;
  const { warnings } = source ?? {};
  return {
    ...fact,
    record: {
      ...record,
      source: source && { ...source, warnings: warnings && [...warnings] },
      tags: [...tags],
      ...pickWebAddresses(record),
    },
  };
}
