import type { Delivery } from "../../domain/model/change.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import type { Meters } from "./meters.js";

/** The result of one delivery. */
type Settled = Awaited<ReturnType<Pipeline["settle"]>>;

/** Does `work` within a part of a trace that is called `name` and is found by these attributes. */
export type TraceWork = <Result>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Where a settlement is counted, logged and traced. */
export interface Telemetry {
  readonly meters: Meters;
  readonly log: Log;
  readonly traceWork: TraceWork;
}

/** Settles a delivery within a trace, counts what was done and logs it. Rejects with what `settle` throws; the pipeline logs that. */
export async function observeSettlement(
  delivery: Delivery,
  settle: () => Promise<Settled>,
  { meters, log, traceWork }: Telemetry,
): Promise<Settled> {
  const { key, type } = delivery.change;
  const imageId = deriveImageId(key);
  const began = performance.now();
  try {
    const settled = await traceWork("settle", { imageId, type }, settle);
    const { outcome, failure, untagged } = settled;
    if (untagged) meters.count("taggingFailed");
    if (failure) meters.countRejection(failure.code);
    else if (outcome !== "postponed") meters.count(METRIC_BY_OUTCOME[outcome]);
    log("info", "settled", { imageId, key, type, attempt: delivery.attempt, outcome });
    return settled;
  } catch (error) {
    meters.count("failed");
    throw error;
  } finally {
    meters.recordDuration(performance.now() - began);
  }
}

const METRIC_BY_OUTCOME = {
  ready: "processed",
  rejected: "rejected",
  removed: "removed",
  unchanged: "superseded",
  superseded: "superseded",
} as const;
