import type { LambdaContext } from "hono/aws-lambda";
import { MAX_WAIT_SECONDS } from "../http/options.js";

/** Seconds that are kept for the last look at an image and for the answer. */
const ANSWER_SECONDS = 2;

/**
 * The seconds that a request may wait, by what is left of its invocation: Lambda kills a function at its timeout, and the
 * caller would hear of a failure instead of an image that is not ready yet.
 */
export function computeLongestWait(env: unknown): number {
  const { lambdaContext } = env as { readonly lambdaContext: LambdaContext };
  return Math.min(MAX_WAIT_SECONDS, lambdaContext.getRemainingTimeInMillis() / 1_000 - ANSWER_SECONDS);
}
