/** The longest that a function behind the API may take, in seconds: after that the API has given up on the answer. */
export const MAX_ANSWER_SECONDS = 29;

/**
 * The size of each function unless a property says otherwise: memory in megabytes, and the timeout in seconds. The tests
 * run the functions with these timeouts too. What answers callers waits for them, so it has as long as the API has.
 */
export const FUNCTION_SIZES = {
  invalidate: { memorySize: 256, timeoutSeconds: 30 },
  process: { memorySize: 1_769, timeoutSeconds: 60 },
  read: { memorySize: 512, timeoutSeconds: MAX_ANSWER_SECONDS },
  reconcile: { memorySize: 1_024, timeoutSeconds: 900 },
  write: { memorySize: 1_024, timeoutSeconds: MAX_ANSWER_SECONDS },
} as const;
