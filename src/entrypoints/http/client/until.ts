import { ApiError } from "./api-error.js";

/** Seconds that one request waits, below what gateways allow. */
export const WAIT = 20;

/**
 * Asks again and again, each time for an answer within so many seconds, until one is `done` or `timeout` seconds are up;
 * resolves to the last answer, `undefined` where the API knew no such image.
 */
export async function until<Answer>(
  ask: (wait: number) => Promise<Answer>,
  done: (answer: Answer | undefined) => boolean,
  { timeout, signal }: { readonly timeout: number; readonly signal?: AbortSignal },
): Promise<Answer | undefined> {
  const end = Date.now() + timeout * 1_000;
  for (let between = 100; ; between = Math.min(between * 2, 2_000)) {
    const left = end - Date.now();
    const answer = await unlessAbsent(ask(Math.max(0, Math.min(WAIT, Math.floor(left / 1_000)))));
    if (done(answer) || left <= 0) return answer;
    await pause(Math.min(between, Math.max(left, 0)), signal);
  }
}

/** The answer, or `undefined` where there is no such image. */
export async function unlessAbsent<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** Resolves after so many milliseconds; rejects with the signal's reason as soon as it is aborted. */
function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
