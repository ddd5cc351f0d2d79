import type { CallOptions } from "../../ports/call-options.js";
import type { ImageId } from "../model/image-id.js";
import { hasOwner, readStoredOwner } from "../model/owner.js";
import { incrementRevision } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import { getOwnedRecord, type OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";
import type { Receipt } from "./request-processing.js";

/**
 * Requests that an image is removed everywhere: the original goes at once, the rest once its request is settled. Resolves
 * once the request is durable and the original is deleted, to `undefined` if there never was such an image. In this order,
 * with the version fixed first, for the reasons that `removeImage` has. A removal that nobody has finished is asked
 * for again, so that repeating it gets it done.
 *
 * For an `owner`, an original that lies there by now and is somebody else's stays: its own change settles it.
 */
export async function requestRemoval(
  { originals, records, queue, config }: Needs<"originals" | "records" | "queue" | "config">,
  imageId: ImageId,
  { owner, signal }: CallOptions & OwnerOptions = {},
): Promise<Receipt | undefined> {
  const record = await getOwnedRecord({ records }, imageId, { owner, signal });
  if (!record) return undefined;
  const { key } = record;
  const version = incrementRevision(record.version);
  // Where an original lies beside a tombstone, an upload was accepted that nobody has settled yet.
  if (record.status === "removed" && !(await findBlob(originals, key, { signal }))) {
    if (record.outbox) await queue.send({ type: "remove", key, version }, { signal });
    return { imageId, key, version: record.version };
  }
  await queue.send({ type: "remove", key, version }, { signal });
  const original = owner === undefined ? undefined : await findBlob(originals, key, { signal });
  if (!original || hasOwner({ owner: readStoredOwner(original, config.uploads) }, owner))
    await originals.delete(key, { signal });
  return { imageId, key, version };
}
