import type { CallOptions } from "../../ports/call-options.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import { hasOwner } from "../model/owner.js";
import type { Needs } from "./ports.js";

/** For whom a use case looks. */
export interface OwnerOptions {
  /** Only images of this owner count; any other is as if there were none. Default: every image counts. */
  readonly owner?: string;
}

/**
 * Resolves to the record of an image that counts, or to `undefined`. A tombstone is nobody's: an image that was removed is
 * to whoever is bound to an owner as if it had never been.
 */
export async function getOwnedRecord(
  { records }: Needs<"records">,
  imageId: ImageId,
  { owner, signal }: CallOptions & OwnerOptions = {},
): Promise<ImageRecord | undefined> {
  const record = await records.get(imageId, { signal });
  return record && hasOwner(record, owner) ? record : undefined;
}
