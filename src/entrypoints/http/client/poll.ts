import { ApiError } from "./api-error.js";
import { canPass, computePause, type Patience } from "./retry.js";
import { ANSWER_SECONDS } from "./transport.js";

/** The longest wait of one request: below what gateways allow. */
export const MAX_WAIT_SECONDS = 20;

/** Seconds that the last look has for its answer. */
const LAST_LOOK_SECONDS = 5;

/** The times of one look, in seconds. */
export interface LookTimes {
  /** How long the API should wait. */
  readonly waitSeconds: number;
  /** How long the answer may take altogether. */
  readonly limitSeconds: number;
}

/** The end of a poll. */
export interface Polled<Answer> {
  /** The last answer; absent if the API has no such image, or if none came. */
  readonly answer?: Answer;
  /** Why the last look has no answer. */
  readonly failure?: ApiError;
}

/**
 * Repeats a request until its answer is done or `timeoutSeconds` have passed. Failures that can pass are no reason to stop
 * before. Throws those that cannot.
 */
export async function poll<Answer>(
  request: (times: LookTimes) => Promise<Answer>,
  isDone: (answer: Answer | undefined) => boolean,
  { timeoutSeconds, signal, timing }: Patience,
): Promise<Polled<Answer>> {
  const end = timing.now() + timeoutSeconds * 1_000;
  let answer: Answer | undefined;
  for (let between = 100; ; between = Math.min(between * 2, 2_000)) {
    const left = end - timing.now();
    let failure: ApiError | undefined;
    try {
      answer = await ignoreNotFound(request(computeTimes(left / 1_000)));
    } catch (error) {
      if (!canPass(error)) throw error;
      failure = error;
    }
    if ((!failure && isDone(answer)) || left <= 0)
      return { ...(answer !== undefined && { answer }), ...(failure && { failure }) };
    await timing.sleep(Math.min(failure ? computePause(failure, between) : between, left), signal);
  }
}

function computeTimes(left: number): LookTimes {
  const waitSeconds = Math.max(0, Math.min(MAX_WAIT_SECONDS, Math.floor(left)));
  return {
    waitSeconds,
    limitSeconds: Math.min(waitSeconds + ANSWER_SECONDS, Math.max(left, LAST_LOOK_SECONDS)),
  };
}

/** Resolves to the answer, or to `undefined` if there is no such image. */
export async function ignoreNotFound<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-found") return undefined;
    throw error;
  }
}
