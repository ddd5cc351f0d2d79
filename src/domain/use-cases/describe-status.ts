import type { CallOptions } from "../../ports/call-options.js";
import { NO_ENGINE_VERSION, type PipelineStatus } from "../model/pipeline-status.js";
import { describeRun } from "../model/reconcile-report.js";
import { SAFELIGHT_VERSION } from "../model/release.js";
import type { Needs } from "./ports.js";

/** Resolves to the work and the rules of the pipeline, at the cost of a look at what is counted and reported already: no record is read. */
export async function describeStatus(
  {
    config,
    engine,
    queue,
    records,
    statuses,
    clock,
  }: Needs<"config" | "engine" | "queue" | "records" | "statuses" | "clock">,
  options: CallOptions = {},
): Promise<PipelineStatus> {
  const [measured, reconcile] = await Promise.all([
    queue.measure?.(options),
    statuses?.get("reconcile", options),
  ]);
  return {
    version: {
      safelight: SAFELIGHT_VERSION,
      ...(engine.version !== NO_ENGINE_VERSION && { engine: engine.version }),
    },
    ...(measured && { queue: measured }),
    ...(reconcile && { reconcile: describeRun(reconcile, clock()) }),
    capabilities: { searchByName: records.listByName !== undefined },
    configuration: JSON.parse(JSON.stringify(config)),
  };
}
