/** Resolves after so many milliseconds; rejects as soon as `signal` is aborted. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;
