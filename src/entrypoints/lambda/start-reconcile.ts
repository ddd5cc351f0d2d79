import { invokeFunction } from "../../adapters/aws/invoke-function.js";
import { describeRun } from "../../domain/model/reconcile-report.js";
import type { Composition } from "../container/compose.js";

/** The event that the function which reconciles is invoked with by the API. */
export interface ReconcileRequest {
  readonly startedBy: "api";
}

/**
 * Invokes the function that reconciles and resolves to true, or to false while the last report says that a run goes on. Throws
 * `unavailable` where Lambda or the table does not answer.
 */
export async function startReconcile(
  { statuses, clock = () => new Date() }: Pick<Composition["ports"], "statuses" | "clock">,
  functionArn: string,
): Promise<boolean> {
  const last = await statuses?.get("reconcile");
  if (last && describeRun(last, clock()).state === "running") return false;
  const request: ReconcileRequest = { startedBy: "api" };
  await invokeFunction(functionArn, request);
  return true;
}
