import type { CreateInvalidationCommand } from "@aws-sdk/client-cloudfront";
import { computeShortDigest } from "../../domain/model/digest.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Log } from "../../ports/log.js";
import { callService, readErrorName, type SdkCallOptions } from "../s3/sdk-errors.js";
import { limitSilence } from "../s3/timeouts.js";
import {
  type InvalidationMessage,
  type InvalidationRequest,
  planInvalidations,
} from "./invalidation-plan.js";
import { createLazyClient } from "./lazy-client.js";
import { type TraceCall, traceCalls } from "./trace-calls.js";

/** The part of a `CloudFrontClient` that invalidating uses. */
export interface InvalidationClient {
  send(command: CreateInvalidationCommand, options?: SdkCallOptions): Promise<unknown>;
}

/** The CDN to ask, and who is told how that went. */
export interface InvalidationTarget {
  readonly client: InvalidationClient;
  readonly distributionId: string;
  /** Default: nobody is told. */
  readonly log?: Log;
}

/** The result for a batch of messages. */
export interface SentInvalidations {
  /** How many paths CloudFront accepted. */
  readonly paths: number;
  /** The ids of the messages that must come again. */
  readonly failed: readonly string[];
}

/** A CloudFront client as the SDK makes it from its environment, with the first request. */
export function createInvalidationClient({
  traceCall,
}: {
  readonly traceCall?: TraceCall;
} = {}): InvalidationClient {
  return createLazyClient(async () =>
    traceCalls(new (await import("@aws-sdk/client-cloudfront")).CloudFrontClient(limitSilence()), traceCall),
  );
}

/**
 * Asks CloudFront to invalidate the paths of these messages, each path once, in as few requests as its limits allow.
 * Never waits and never throws: once CloudFront is busy, or fails, the messages whose paths it has not all accepted are
 * in `failed`, to be delivered again until they succeed. A message that cannot be read is among them.
 */
export async function sendInvalidations(
  target: InvalidationTarget,
  messages: readonly InvalidationMessage[],
  { signal }: CallOptions = {},
): Promise<SentInvalidations> {
  const { log } = target;
  const { requests, unreadable } = planInvalidations(messages);
  for (const { id, reason } of unreadable) log?.("error", "unreadable message", { messageId: id, reason });
  const accepted = new Set<InvalidationRequest>();
  for (const wildcards of [false, true]) {
    // Each kind has a limit of its own: a refused wildcard holds up no other path.
    for (const request of requests.filter((one) => one.wildcards === wildcards)) {
      if (!(await requestInvalidation(target, request, { signal }))) break;
      accepted.add(request);
    }
  }
  const refused = requests.filter((request) => !accepted.has(request));
  const again = new Set(
    [...unreadable, ...refused.flatMap(({ messages: these }) => these)].map(({ id }) => id),
  );
  const paths = [...accepted].reduce((sum, request) => sum + request.paths.length, 0);
  return { paths, failed: messages.map(({ id }) => id).filter((id) => again.has(id)) };
}

/** Sends one request and resolves to whether CloudFront accepted it. */
async function requestInvalidation(
  { client, distributionId, log }: InvalidationTarget,
  { reference, paths }: InvalidationRequest,
  { signal }: CallOptions,
): Promise<boolean> {
  const { CreateInvalidationCommand } = await import("@aws-sdk/client-cloudfront");
  const command = new CreateInvalidationCommand({
    DistributionId: distributionId,
    InvalidationBatch: {
      CallerReference: computeShortDigest(reference),
      Paths: { Quantity: paths.length, Items: [...paths] },
    },
  });
  try {
    await callService("CloudFront CreateInvalidation", signal, (options) => client.send(command, options));
    return true;
  } catch (error) {
    const cause = error instanceof SafelightError ? error.cause : error;
    if (signal?.aborted) log?.("info", "no time left to invalidate", { paths: paths.length });
    else if (readErrorName(cause) === "TooManyInvalidationsInProgress")
      log?.("info", "CDN busy", { paths: paths.length });
    else log?.("error", "not invalidated", { paths: paths.length, error: String(error) });
    return false;
  }
}
