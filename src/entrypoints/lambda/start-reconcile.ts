import { invokeFunction } from "../../adapters/aws/invoke-function.js";
import type { Composition } from "../container/compose.js";

/** The event that the function which reconciles is invoked with by the API. */
export interface ReconcileRequest {
  readonly startedBy: "api";
}

/** The most that a function may take: a run that said nothing for so long has died. */
const LONGEST_RUN_MILLISECONDS = 15 * 60_000;

/**
 * Invokes the function that reconciles and resolves to true, or to false while the last report says that a run goes on. Throws
 * `unavailable` where Lambda or the table does not answer.
 */
export async function startReconcile(
  { statuses, clock = () => new Date() }: Pick<Composition["ports"], "statuses" | "clock">,
  functionArn: string,
): Promise<boolean> {
  const last = await statuses?.get("reconcile");
  const age = last?.state === "running" ? clock().getTime() - Date.parse(last.at) : Number.POSITIVE_INFINITY;
  if (age < LONGEST_RUN_MILLISECONDS) return false;
  const request: ReconcileRequest = { startedBy: "api" };
  await invokeFunction(functionArn, request);
  return true;
}
