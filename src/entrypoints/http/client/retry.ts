import { ApiError } from "./api-error.js";
import type { Timing } from "./timing.js";

/** How long something is tried. */
export interface Patience {
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
  readonly timing: Timing;
}

/** Milliseconds between the first two tries; each pause is twice as long, up to the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

/**
 * Tries until it succeeds, fails for good, or `timeoutSeconds` have passed; rejects with the last failure. Only for what
 * may be done twice: a failure may be that of the answer alone.
 */
export async function retry<Answer>(
  attempt: () => Promise<Answer>,
  { timeoutSeconds, signal, timing }: Patience,
): Promise<Answer> {
  const end = timing.now() + timeoutSeconds * 1_000;
  for (let between = FIRST_PAUSE; ; between = Math.min(between * 2, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      const left = end - timing.now();
      if (!canPass(error) || left <= 0) throw error;
      await timing.sleep(Math.min(computePause(error, between), left), signal);
    }
  }
}

/** Whether it is a failure that another try may not meet. */
export function canPass(error: unknown): error is ApiError {
  return error instanceof ApiError && error.retryable;
}

/** The milliseconds until the next try: as the answer asks for, but not less than `least`. */
export function computePause({ retryAfterSeconds = 0 }: ApiError, least: number): number {
  return Math.max(retryAfterSeconds * 1_000, least);
}
