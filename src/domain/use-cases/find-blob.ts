import type { BlobInfo, BlobStore } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import { hasCode } from "../model/errors.js";

/** Finds the blob under the key, or `undefined` if there is none. */
export async function findBlob(
  store: BlobStore,
  key: string,
  options: CallOptions = {},
): Promise<BlobInfo | undefined> {
  try {
    return await store.head(key, options);
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}
