import type { BlobInfo, BlobStore } from "../../ports/blob-store.js";
import type { SeenOriginal } from "../model/change.js";
import { hasCode } from "../model/errors.js";

/** What lies under the key right now, or `undefined` if nothing does. */
export async function lookAtOriginal(
  originals: BlobStore,
  key: string,
  signal?: AbortSignal,
): Promise<BlobInfo | undefined> {
  try {
    return await originals.head(key, { signal });
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}

/** What an ask remembers of the original that it means. */
export function seenOriginal({ etag, storedAt }: BlobInfo): SeenOriginal {
  return { etag, storedAt: storedAt.toISOString() };
}

/** Whether the original is still the one that was seen. */
export function stillSeen(found: BlobInfo, seen: SeenOriginal): boolean {
  return found.etag === seen.etag && found.storedAt.toISOString() === seen.storedAt;
}
