import type { LambdaContext } from "hono/aws-lambda";
import { createTopicClient, publishReport } from "../../adapters/aws/report-publisher.js";
import type { ReconcileReport, ReconcileStarter } from "../../domain/model/reconcile-report.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { localNotesModule } from "../container/local-notes-module.js";
import { noEngineModule } from "../container/no-engine-module.js";
import { composeFunction } from "./compose-function.js";
import { memoize } from "./memoize.js";
import { readReconcileSettings, readSettings } from "./settings.js";
import type { ReconcileRequest } from "./start-reconcile.js";
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
export async function handler(event: unknown, context: LambdaContext): Promise<ReconcileReport> {
  log.begin(context.awsRequestId);
  meters.begin(context.functionName);
  try {
    const { pipeline } = await loadComposition();
    const signal = AbortSignal.timeout(
      Math.max(1, Math.floor(context.getRemainingTimeInMillis() - SHUTDOWN_MARGIN_MILLISECONDS)),
    );
    const { report, error } = await runReconcile(pipeline, { startedBy: readStarter(event), signal });
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

/** Resolves to the last report of the run, and to what kept it from comparing. */
async function runReconcile(
  pipeline: Pipeline,
  how: { readonly startedBy: ReconcileStarter; readonly signal: AbortSignal },
): Promise<{ readonly report: ReconcileReport; readonly error?: unknown }> {
  const run: { report?: ReconcileReport; error?: unknown } = {};
  const keepReport = (report: ReconcileReport) => {
    run.report = report;
  };
  try {
    for await (const difference of pipeline.reconcile({ ...how, apply: true, rate, onReport: keepReport })) {
      const { key, imageId, problem } = difference;
      if (problem !== undefined) log("warn", "not reconciled", { key, imageId, error: problem });
    }
  } catch (error) {
    if (!how.signal.aborted) run.error = error;
  }
  const { report, error } = run;
  if (report === undefined) throw error;
  return { report, error };
}

/** Whoever asks for a run by the API says so; the schedule says nothing of itself. */
function readStarter(event: unknown): ReconcileStarter {
  return (event as Partial<ReconcileRequest> | null)?.startedBy === "api" ? "api" : "schedule";
}
