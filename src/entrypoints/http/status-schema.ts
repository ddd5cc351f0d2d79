import { z } from "@hono/zod-openapi";
import { FINDING_KINDS } from "../../domain/model/finding.js";
import { IMAGE_FORMATS } from "../../domain/model/image-format.js";
import { OWNER_SOURCES } from "../../domain/model/owner.js";
import { METADATA_POLICIES } from "../../domain/model/pipeline-config.js";
import type { PipelineStatus } from "../../domain/model/pipeline-status.js";
import {
  RECONCILE_STARTERS,
  RECONCILE_STATES,
  type ReconcileReport,
} from "../../domain/model/reconcile-report.js";

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

const report = z
  .object({
    at: z.iso
      .datetime()
      .openapi({ description: "When this was reported: when the run ended, unless it is running." }),
    startedAt: z.iso.datetime(),
    startedBy: z.enum(RECONCILE_STARTERS),
    state: z.enum(RECONCILE_STATES).openapi({
      description:
        "`running`: it was heard of in the last 15 minutes, and mostly reports every few seconds. `interrupted`: somebody stopped it, or its process has died. `failed`: a store did not answer, for example.",
    }),
    only: z.array(z.enum(FINDING_KINDS)).optional().openapi({
      description: "The kinds of findings that counted; absent where all did.",
    }),
    listed: count.openapi({ description: "Originals, files and records that were listed." }),
    suspects: count.optional().openapi({
      description: "Images that seemed to differ; absent while everything is listed.",
    }),
    looked: count.openapi({ description: "How many of them were looked at." }),
    images: count.openapi({ description: "Images that differed." }),
    findings: z.record(z.string(), count).openapi({ description: "Images by what was wrong with them." }),
    outcomes: z.record(z.string(), count).openapi({ description: "Images by what became of them." }),
  })
  .openapi("ReconcileReport", {
    description:
      "The run of reconciling that has reported last; absent where there was none, or where it is not the caller's to know.",
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
    reconcile: report.optional(),
    capabilities: z.object({
      searchByName: z.boolean().openapi({ description: "Whether `GET /images` takes a `name`." }),
      startReconcile: z.boolean().openapi({
        description: "Whether `POST /reconcile` is there, for callers who are bound to no owner.",
      }),
    }),
    configuration,
  })
  .openapi("Status");

/** Converts a status to its JSON, with what the API itself can do for its caller. */
export function toStatusJson(
  { configuration, reconcile, capabilities, ...status }: PipelineStatus,
  own: { readonly startReconcile: boolean },
): z.input<typeof pipelineStatus> {
  const { thumbnails, uploads, watermark, tagging, ...rest } = configuration;
  return {
    ...status,
    ...(reconcile && { reconcile: toReportJson(reconcile) }),
    capabilities: { ...capabilities, ...own },
    configuration: {
      ...rest,
      thumbnails: Object.fromEntries(Object.entries(thumbnails).map(([name, spec]) => [name, { ...spec }])),
      uploads: { ...uploads, formats: [...uploads.formats] },
      ...(watermark && { watermark: { ...watermark } }),
      tagging: { ...tagging },
    },
  };
}

/** Why a run failed is for whoever has its log: it may name the stores. */
function toReportJson({ problem: _, only, ...known }: ReconcileReport): z.input<typeof report> {
  return {
    ...known,
    ...(only && { only: [...only] }),
    findings: { ...known.findings },
    outcomes: { ...known.outcomes },
  };
}
