import { z } from "@hono/zod-openapi";
import { IMAGE_FORMATS } from "../../domain/model/image-format.js";
import { OWNER_SOURCES } from "../../domain/model/owner.js";
import { METADATA_POLICIES } from "../../domain/model/pipeline-config.js";
import type { PipelineStatus } from "../../domain/model/pipeline-status.js";

const count = z.int().min(0);

const queue = z
  .object({
    waiting: count.openapi({ description: "Changes that nobody is working on." }),
    inFlight: count.openapi({ description: "Changes that somebody is working on." }),
    oldest: z.iso.datetime().optional().openapi({
      description: "When the oldest change came; absent where there is none or that is not known.",
    }),
  })
  .openapi("QueueMeasurement", {
    description:
      "How much is still to be settled; absent where that cannot be counted, or is not the caller's to know.",
  });

/** The rules are written by the configuration's own names, so its JSON Schema describes what is inside. */
const section = z.record(z.string(), z.unknown());

const configuration = z
  .object({
    thumbnails: z
      .record(z.string(), section)
      .openapi({ description: "The renditions that are made, by name." }),
    uploads: z.object({
      formats: z.array(z.enum(IMAGE_FORMATS)),
      maxBytes: z.int(),
      maxPixels: z.int(),
      maxFrames: z.int(),
      maxCost: z.int(),
      owner: z.enum(OWNER_SOURCES as ["none", "key", "caller"]),
    }),
    metadata: z.enum(METADATA_POLICIES as ["strip", "keep-copyright", "keep-all"]),
    exif: z.object({ position: z.boolean() }),
    watermark: section.optional().openapi({ description: "Absent: nothing is watermarked." }),
    tagging: section,
  })
  .openapi("Configuration", {
    description: "The configuration in force, completed. Files in it are told by their SHA-256.",
  });

/** The work of a pipeline and its rules. */
export const pipelineStatus = z
  .object({
    version: z.object({
      safelight: z.string(),
      engine: z.string().optional().openapi({ description: "Absent from a process that renders nothing." }),
    }),
    queue: queue.optional(),
    capabilities: z.object({
      searchByName: z.boolean().openapi({ description: "Whether `GET /images` takes a `name`." }),
    }),
    configuration,
  })
  .openapi("Status");

/** Converts a status to its JSON. */
export function toStatusJson({ configuration, ...status }: PipelineStatus): z.input<typeof pipelineStatus> {
  const { thumbnails, uploads, watermark, tagging, ...rest } = configuration;
  return {
    ...status,
    configuration: {
      ...rest,
      thumbnails: Object.fromEntries(Object.entries(thumbnails).map(([name, spec]) => [name, { ...spec }])),
      uploads: { ...uploads, formats: [...uploads.formats] },
      ...(watermark && { watermark: { ...watermark } }),
      tagging: { ...tagging },
    },
  };
}
