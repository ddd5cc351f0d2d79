import type { LambdaContext } from "hono/aws-lambda";
import { parseInvocation } from "../../adapters/aws/invocation.js";
import { sharpModule } from "../container/sharp-module.js";
import { createByteCounters } from "../telemetry/count-bytes.js";
import { composeFunction } from "./compose-function.js";
import { memoize } from "./memoize.js";
import { readSettings } from "./settings.js";
import { type BatchResponse, settleInvocation } from "./settle-invocation.js";
import { createFunctionLog, FunctionMeters } from "./telemetry.js";

/** Work is cancelled so long before the deadline, so that its message is delivered again at once. */
const SHUTDOWN_MARGIN_MILLISECONDS = 1_500;

const settings = readSettings();
const log = createFunctionLog();
const meters = new FunctionMeters();

const loadComposition = memoize(() =>
  composeFunction(settings, log, sharpModule(), ...createByteCounters(meters)),
);
// Started here, where Lambda grants a whole vCPU; the first invocation reports a failure.
loadComposition().catch(() => {});

/**
 * Settles the changes of originals and what people ask for: a batch of SQS messages, of which it answers those that
 * are to come again, or directly an event of S3, for which it throws if anything in it is to come again.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResponse | undefined> {
  log.begin(context.awsRequestId);
  meters.begin(context.functionName);
  try {
    const { pipeline } = await loadComposition();
    const signal = AbortSignal.timeout(
      Math.max(1, Math.floor(context.getRemainingTimeInMillis() - SHUTDOWN_MARGIN_MILLISECONDS)),
    );
    return await settleInvocation(parseInvocation(event, settings), {
      pipeline,
      log,
      meters,
      signal,
    });
  } finally {
    meters.end();
  }
}
