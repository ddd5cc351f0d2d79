import type { CallOptions } from "../../ports/call-options.js";
import { hasCode } from "../model/errors.js";
import { deriveImageId } from "../model/image-id.js";
import { originalKey, readLastSegment } from "../model/original-key.js";
import { PENDING_VERSION } from "../model/version.js";
import type { Needs } from "./ports.js";

/**
 * Makes sure that the image has a record, without getting in anybody's way: the pending record is older than any
 * other, so every settlement replaces it, and it never replaces one.
 * Resolves to whether the record was missing.
 */
export async function commitPending(
  { records }: Needs<"records">,
  {
    key,
    fileName = readLastSegment(key),
    createdAt,
    owner,
  }: { key: string; fileName?: string; createdAt: Date; owner?: string },
  { signal }: CallOptions = {},
): Promise<boolean> {
  try {
    await records.commit(
      {
        imageId: deriveImageId(key),
        key: originalKey(key),
        version: PENDING_VERSION,
        edition: 1,
        status: "pending",
        createdAt: createdAt.toISOString(),
        fileName,
        ...(owner !== undefined && { owner }),
        configuration: "",
        tags: [],
        renditions: [],
      },
      { replacing: "nothing", signal },
    );
    return true;
  } catch (error) {
    if (hasCode(error, "conflict")) return false;
    throw error;
  }
}
