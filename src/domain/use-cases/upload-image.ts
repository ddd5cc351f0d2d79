import type { CallOptions } from "../../ports/call-options.js";
import { readStoredFileName } from "../model/file-name.js";
import { deriveImageId, type ImageId } from "../model/image-id.js";
import { isProcessed } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { readStoredOwner } from "../model/owner.js";
import { commitPending } from "./commit-pending.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import { type ImageInput, isAlreadySettled, toStoredOptions } from "./process-image.js";
import { buildProcessRequest } from "./request-processing.js";

/**
 * Accepts an original without waiting for its renditions: whoever works the queue settles it. Stores the original,
 * then a pending record if the image has none. In this order: a record whose original was never stored would stay
 * pending forever, an original without a record is settled by its change. Where the store tells no queue of its changes, a
 * request stands for the change. With `unlessCurrent`, what is settled already
 * is not stored again, unless another original or a removal came after it.
 */
export async function uploadImage(
  ports: Needs<"originals" | "records" | "queue" | "config" | "engine">,
  input: ImageInput,
  { unlessCurrent = false, signal }: CallOptions & { unlessCurrent?: boolean } = {},
): Promise<ImageId> {
  const { originals, records, queue, config } = ports;
  const key = originalKey(input.key);
  const imageId = deriveImageId(key);
  if (unlessCurrent && (await isCurrentInput(ports, imageId, input, { signal }))) return imageId;
  const { sequencer } = await originals.put(key, input.bytes, { ...toStoredOptions(input), signal });
  const { storedAt, metadata } = await originals.head(key, { signal });
  const fileName = readStoredFileName({ key, metadata });
  const owner = readStoredOwner({ key, metadata }, config.uploads);
  const pending = { key, fileName, createdAt: storedAt, owner };
  if (sequencer === undefined && !originals.notifies) {
    const record = await records.get(imageId, { signal });
    await queue.send(buildProcessRequest(key, record, {}), { signal });
  }
  await commitPending(ports, pending, { signal });
  return imageId;
}

async function isCurrentInput(
  ports: Needs<"originals" | "records" | "config" | "engine">,
  imageId: ImageId,
  { bytes }: ImageInput,
  { signal }: CallOptions,
): Promise<boolean> {
  const record = await ports.records.get(imageId, { signal });
  if (!isProcessed(record) || !isAlreadySettled(ports, record, bytes)) return false;
  const original = await findBlob(ports.originals, record.key, { signal });
  return original?.etag === record.etag;
}
