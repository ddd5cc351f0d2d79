import type { CallOptions } from "../../ports/call-options.js";
import { NO_ENGINE_VERSION, type PipelineStatus } from "../model/pipeline-status.js";
import { SAFELIGHT_VERSION } from "../model/release.js";
import type { Needs } from "./ports.js";

/** Resolves to the work and the rules of the pipeline, at the cost of a look at what is counted already: no record is read. */
export async function describeStatus(
  { config, engine, queue, records }: Needs<"config" | "engine" | "queue" | "records">,
  options: CallOptions = {},
): Promise<PipelineStatus> {
  const measured = await queue.measure?.(options);
  return {
    version: {
      safelight: SAFELIGHT_VERSION,
      ...(engine.version !== NO_ENGINE_VERSION && { engine: engine.version }),
    },
    ...(measured && { queue: measured }),
    capabilities: { searchByName: records.listByName !== undefined },
    configuration: JSON.parse(JSON.stringify(config)),
  };
}
