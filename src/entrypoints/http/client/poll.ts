import { ApiError } from "./api-error.js";

/** The longest wait of one request: below what gateways allow. */
export const MAX_WAIT_SECONDS = 20;

/**
 * Repeats a request until its answer is done or `timeoutSeconds` have passed. Each request may wait for the seconds that
 * it is given. Resolves to the last answer, or `undefined` if the API has no such image.
 */
export async function poll<Answer>(
  request: (waitSeconds: number) => Promise<Answer>,
  isDone: (answer: Answer | undefined) => boolean,
  { timeoutSeconds, signal }: { readonly timeoutSeconds: number; readonly signal?: AbortSignal },
): Promise<Answer | undefined> {
  const end = Date.now() + timeoutSeconds * 1_000;
  for (let between = 100; ; between = Math.min(between * 2, 2_000)) {
    const left = end - Date.now();
    const answer = await ignoreNotFound(
      request(Math.max(0, Math.min(MAX_WAIT_SECONDS, Math.floor(left / 1_000)))),
    );
    if (isDone(answer) || left <= 0) return answer;
    await pause(Math.min(between, Math.max(left, 0)), signal);
  }
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
