import type { LambdaContext } from "hono/aws-lambda";
import { createTopicClient, publishReport } from "../../adapters/aws/report-publisher.js";
import { addDifference, NO_DIFFERENCE } from "../../domain/model/difference.js";
import type { ReconcileReport } from "../../domain/model/reconcile-report.js";
import type { Pipeline, ReconcileProgress } from "../../domain/pipeline.js";
import { localNotesModule } from "../container/local-notes-module.js";
import { noEngineModule } from "../container/no-engine-module.js";
import { composeFunction } from "./compose-function.js";
import { memoize } from "./memoize.js";
import { readReconcileSettings, readSettings } from "./settings.js";
import { createFunctionLog, FunctionMeters } from "./telemetry.js";
import { traceCall } from "./tracing.js";

/** The run stops so long before the deadline: what is in hand ends, and somebody has to be told. */
const SHUTDOWN_MARGIN_MILLISECONDS = 10_000;

const settings = readSettings();
const { engineVersion, rate } = readReconcileSettings();
const log = createFunctionLog();
const meters = new FunctionMeters();
const sns = createTopicClient(traceCall);

const loadComposition = memoize(() =>
  composeFunction(settings, log, noEngineModule(engineVersion), localNotesModule()),
);
loadComposition().catch(() => {});

/**
 * Compares all that is stored with what should be, and sends requests for what differs, until all is looked at or the time is
 * nearly up; the next run compares anew. What differs by the version of the engine alone is counted and left. Resolves to
 * the report, which metrics, the log and an event tell as well. Throws what kept it from comparing.
 */
export async function handler(_event: unknown, context: LambdaContext): Promise<ReconcileReport> {
  log.begin(context.awsRequestId);
  meters.begin(context.functionName);
  try {
    const { pipeline } = await loadComposition();
    const signal = AbortSignal.timeout(
      Math.max(1, Math.floor(context.getRemainingTimeInMillis() - SHUTDOWN_MARGIN_MILLISECONDS)),
    );
    const { report, error } = await runReconcile(pipeline, signal);
    const { images, outcomes, suspects, state } = report;
    if (images > 0) meters.count("differing", images);
    const reconciled = (outcomes.requested ?? 0) + (outcomes.closed ?? 0);
    if (reconciled > 0) meters.count("reconciled", reconciled);
    // Whoever had no time to list everything will have none the next time either.
    if (state === "failed" || suspects === undefined) meters.count("reconcileFailed");
    log(state === "complete" ? "info" : "warn", "reconciled", { ...report });
    if (settings.topicArn !== undefined)
      await publishReport(report, { client: sns, topicArn: settings.topicArn });
    if (error !== undefined) throw error;
    return report;
  } finally {
    meters.end();
  }
}

async function runReconcile(
  pipeline: Pipeline,
  signal: AbortSignal,
): Promise<{ readonly report: ReconcileReport; readonly error?: unknown }> {
  const startedAt = new Date().toISOString();
  let progress: ReconcileProgress = { listed: 0, looked: 0 };
  let summary = NO_DIFFERENCE;
  const buildReport = (end: Pick<ReconcileReport, "state" | "problem">): ReconcileReport => {
    const { listed, suspects, looked } = progress;
    const { images, findings, outcomes } = summary;
    const at = new Date().toISOString();
    const seen = { listed, ...(suspects !== undefined && { suspects }), looked, images, findings, outcomes };
    return { at, startedAt, startedBy: "schedule", ...end, ...seen };
  };
  try {
    const keepProgress = (next: ReconcileProgress) => {
      progress = next;
    };
    const how = { apply: true, rate, startedBy: "schedule" as const, onProgress: keepProgress, signal };
    for await (const difference of pipeline.reconcile(how)) {
      summary = addDifference(summary, difference);
      const { key, imageId, problem } = difference;
      if (problem !== undefined) log("warn", "not reconciled", { key, imageId, error: problem });
    }
    return { report: buildReport({ state: "complete" }) };
  } catch (error) {
    if (signal.aborted) return { report: buildReport({ state: "interrupted" }) };
    const problem = error instanceof Error ? error.message : String(error);
    return { report: buildReport({ state: "failed", problem }), error };
  }
}
