import type { CallOptions } from "../../ports/call-options.js";
import { fileNameMetadata, storedFileName } from "../model/file-name.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import { originalKey } from "../model/original-key.js";
import { commitPending } from "./commit-pending.js";
import type { Needs } from "./ports.js";
import { type ImageInput, isSettledWith } from "./process-image.js";

/**
 * Accepts an original without waiting for its renditions: whoever works the queue settles it. Stores the original,
 * then a pending record if the image has none. In this order: a record whose original was never stored would stay
 * pending for ever, an original without a record is settled by its change. With `unlessCurrent`, what is settled already
 * is not stored again.
 */
export async function uploadImage(
  ports: Needs<"originals" | "records" | "config" | "engine">,
  { key: given, bytes, contentType = "application/octet-stream", fileName }: ImageInput,
  { unlessCurrent = false, signal }: CallOptions & { unlessCurrent?: boolean } = {},
): Promise<ImageId> {
  const { originals, records } = ports;
  const key = originalKey(given);
  const imageId = imageIdOf(key);
  const record = unlessCurrent ? await records.get(imageId, { signal }) : undefined;
  if (record && isSettledWith(ports, record, bytes)) return imageId;
  await originals.put(key, bytes, { contentType, metadata: fileNameMetadata(fileName), signal });
  const { storedAt, metadata } = await originals.head(key, { signal });
  const pending = { key, fileName: storedFileName({ key, metadata }), createdAt: storedAt };
  await commitPending(ports, pending, { signal });
  return imageId;
}
