/** Options of every call that may take long. */
export interface CallOptions {
  /** Aborted: the call ends early and rejects with the signal's reason. What it had begun may or may not be done. */
  readonly signal?: AbortSignal;
}
