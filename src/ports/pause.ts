/** Resolves after so many milliseconds. An aborted `signal` ends it early: it rejects with the signal's reason. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;
