import type { BlobInfo, BlobStore } from "../../ports/blob-store.js";
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
