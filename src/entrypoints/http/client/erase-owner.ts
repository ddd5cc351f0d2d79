import { ApiError } from "./api-error.js";
import { poll } from "./poll.js";
import type { Transport } from "./transport.js";

/** How long to erase. */
export interface EraseOwnerOptions {
  /** Longest time for all of it. Default 300. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/** Repeats the request until the API says that it is done. Throws `unavailable` if that takes too long; repeating it is harmless. */
export async function eraseOwner(
  transport: Transport,
  owner: string,
  { timeoutSeconds = 300, signal }: EraseOwnerOptions,
): Promise<void> {
  const path = `/owners/${encodeURIComponent(owner)}/images`;
  const { answer, failure } = await poll(
    (times) =>
      transport.requestJson<{ readonly done: boolean }>(path, {
        method: "DELETE",
        ...times,
        fields: ["requested", "done"],
        signal,
      }),
    // Whoever has no such route has erased nothing, and never will.
    (erasure) => erasure?.done !== false,
    { timeoutSeconds, signal, timing: transport.timing },
  );
  if (!failure && answer?.done) return;
  if (!failure && !answer)
    throw new ApiError("not-found", "the server cannot erase owners: is it an API of this version?");
  throw new ApiError(
    "unavailable",
    `the images of the owner were not all removed after ${timeoutSeconds} seconds; erase the owner again`,
    failure && { cause: failure },
  );
}
