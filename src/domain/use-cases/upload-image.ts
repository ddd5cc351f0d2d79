import type { CallOptions } from "../../ports/call-options.js";
import { storedFileName } from "../model/file-name.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import { originalKey } from "../model/original-key.js";
import { storedOwner } from "../model/owner.js";
import { commitPending } from "./commit-pending.js";
import type { Needs } from "./ports.js";
import { type ImageInput, isSettledWith, storedWith } from "./process-image.js";

/**
 * Accepts an original without waiting for its renditions: whoever works the queue settles it. Stores the original,
 * then a pending record if the image has none. In this order: a record whose original was never stored would stay
 * pending for ever, an original without a record is settled by its change. With `unlessCurrent`, what is settled already
 * is not stored again.
 */
export async function uploadImage(
  ports: Needs<"originals" | "records" | "config" | "engine">,
  input: ImageInput,
  { unlessCurrent = false, signal }: CallOptions & { unlessCurrent?: boolean } = {},
): Promise<ImageId> {
  const { originals, records, config } = ports;
  const key = originalKey(input.key);
  const imageId = imageIdOf(key);
  const record = unlessCurrent ? await records.get(imageId, { signal }) : undefined;
  if (record && isSettledWith(ports, record, input.bytes)) return imageId;
  await originals.put(key, input.bytes, { ...storedWith(input), signal });
  const { storedAt, metadata } = await originals.head(key, { signal });
  const fileName = storedFileName({ key, metadata });
  const owner = storedOwner({ key, metadata }, config.uploads);
  const pending = { key, fileName, createdAt: storedAt, owner };
  await commitPending(ports, pending, { signal });
  return imageId;
}
