import type { CallOptions } from "../../ports/call-options.js";
import type { ImageId } from "../model/image-id.js";
import { incrementRevision } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import type { Receipt } from "./request-processing.js";

/**
 * Requests that an image is removed everywhere: the original goes at once, the rest once its request is settled. Resolves
 * once the request is durable and the original is deleted, to `undefined` if there never was such an image. In this order,
 * with the version fixed first, for the reasons that `removeImage` has. A removal that nobody has finished is asked
 * for again, so that repeating it gets it done.
 */
export async function requestRemoval(
  { originals, records, queue }: Needs<"originals" | "records" | "queue">,
  imageId: ImageId,
  { signal }: CallOptions = {},
): Promise<Receipt | undefined> {
  const record = await records.get(imageId, { signal });
  if (!record) return undefined;
  const { key } = record;
  const version = incrementRevision(record.version);
  // Where an original lies beside a tombstone, an upload was accepted that nobody has settled yet.
  if (record.status === "removed" && !(await findBlob(originals, key, { signal }))) {
    if (record.outbox) await queue.send({ type: "remove", key, version }, { signal });
    return { imageId, key, version: record.version };
  }
  await queue.send({ type: "remove", key, version }, { signal });
  await originals.delete(key, { signal });
  return { imageId, key, version };
}
