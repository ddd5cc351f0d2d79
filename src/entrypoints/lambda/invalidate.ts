import type { LambdaContext } from "hono/aws-lambda";
import { createInvalidationClient, sendInvalidations } from "../../adapters/aws/invalidation-sender.js";
import { readDistributionId } from "./settings.js";
import type { BatchResponse } from "./settle-invocation.js";
import { createFunctionLog, FunctionMeters } from "./telemetry.js";
import { traceCall } from "./tracing.js";

/** No request to CloudFront begins so shortly before the deadline. */
const SHUTDOWN_MARGIN_MILLISECONDS = 1_500;

/** A batch of SQS messages, as far as it matters here. */
interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes?: { readonly SentTimestamp?: string };
  }[];
}

const distributionId = readDistributionId();
const client = createInvalidationClient({ traceCall });
const log = createFunctionLog();
const meters = new FunctionMeters();

/**
 * Asks CloudFront to invalidate what a batch of the queue of invalidations names, and answers the messages that are to come
 * again because CloudFront takes no more for now.
 */
export async function handler({ Records }: QueueEvent, context: LambdaContext): Promise<BatchResponse> {
  log.begin(context.awsRequestId);
  meters.begin(context.functionName);
  try {
    const messages = Records.map(({ messageId: id, body }) => ({ id, body }));
    const { paths, failed } = await sendInvalidations({ client, distributionId, log }, messages, {
      signal: AbortSignal.timeout(
        Math.max(1, Math.floor(context.getRemainingTimeInMillis() - SHUTDOWN_MARGIN_MILLISECONDS)),
      ),
    });
    log("info", "invalidated", { paths, messages: messages.length, again: failed.length });
    if (paths > 0) meters.count("invalidated", paths);
    if (failed.length > 0) meters.recordInvalidationAge(findOldestAge(Records, failed));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    meters.end();
  }
}

/** The seconds that the oldest of these messages has waited. */
function findOldestAge(records: QueueEvent["Records"], ids: readonly string[]): number {
  const these = new Set(ids);
  const sent = records
    .filter(({ messageId }) => these.has(messageId))
    .map(({ attributes }) => Number(attributes?.SentTimestamp ?? Date.now()));
  return Math.max(0, (Date.now() - Math.min(...sent)) / 1_000);
}
