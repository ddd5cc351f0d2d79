import type { Invocation, Message } from "../../adapters/aws/invocation.js";
import type { Delivery } from "../../domain/model/change.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { Pipeline } from "../../domain/pipeline.js";
import type { Log } from "../../ports/log.js";
import type { Meters } from "../telemetry/meters.js";
import { observeSettlement } from "../telemetry/observe-settlement.js";
import { traceWork } from "./tracing.js";

/** The response for a batch of a queue: the messages that Lambda has to deliver again. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Options of {@link settleInvocation}. */
interface SettleInvocationOptions {
  readonly pipeline: Pick<Pipeline, "settle">;
  readonly log: Log;
  readonly meters: Meters;
  readonly signal: AbortSignal;
}

/**
 * Settles every message, one change at a time: a function's memory is meant for one picture. Of a queue, resolves to
 * the messages that must come again; otherwise throws `unavailable` at the end if something must, so that Lambda
 * invokes with the same event again. What cannot be read comes again too, until it lies with the dead letters, where
 * people see it.
 */
export async function settleInvocation(
  { isFromQueue, messages }: Invocation,
  options: SettleInvocationOptions,
): Promise<BatchResponse | undefined> {
  const failed: Message[] = [];
  for (const message of messages) if (!(await settleMessage(message, options))) failed.push(message);
  if (isFromQueue) return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
  if (failed.length === 0) return undefined;
  const message =
    "some changes in the event were not settled; the log names them, and Lambda delivers the event again";
  throw new SafelightError("unavailable", message);
}

async function settleMessage(
  { id, deliveries, unreadable }: Message,
  options: SettleInvocationOptions,
): Promise<boolean> {
  const { log, meters } = options;
  for (const reason of unreadable) log("error", "unreadable message", { messageId: id, reason });
  if (unreadable.length > 0) meters.count("unreadable", unreadable.length);
  let failures = unreadable.length;
  for (const delivery of deliveries) if (!(await settleDelivery(delivery, options))) failures += 1;
  return failures === 0;
}

/** Settles one change and resolves to whether it is settled; the pipeline logs its errors. */
async function settleDelivery(
  delivery: Delivery,
  { pipeline, log, meters, signal }: SettleInvocationOptions,
): Promise<boolean> {
  try {
    await observeSettlement(delivery, () => pipeline.settle(delivery, { signal }), {
      log,
      meters,
      traceWork,
    });
    return true;
  } catch {
    return false;
  }
}
