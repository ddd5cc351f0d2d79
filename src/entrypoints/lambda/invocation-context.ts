/** What Lambda says about an invocation, as far as it is used here. */
export interface InvocationContext {
  readonly functionName: string;
  readonly awsRequestId: string;
  /** Milliseconds until Lambda ends the process. */
  getRemainingTimeInMillis(): number;
}

/** Milliseconds before that end at which work in hand is given up, so that its message can come again at once. */
const MARGIN = 1_500;

/** Aborts shortly before Lambda ends the process. */
export function leavingTime(context: InvocationContext): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.floor(context.getRemainingTimeInMillis() - MARGIN)));
}
