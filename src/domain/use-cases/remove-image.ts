import type { CallOptions } from "../../ports/call-options.js";
import type { ImageId } from "../model/image-id.js";
import { incrementRevision } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { SettlePorts } from "./settle-change.js";
import { settleNow } from "./settle-now.js";
import { workOffOutbox } from "./work-off-outbox.js";

/**
 * Removes an image everywhere: original, renditions, CDN paths and record. Resolves to true once the image is gone, to
 * false if there is no such image. The version is fixed before the original is deleted: read afterwards, it could be
 * that of an upload which came in between, and the removal would take that upload away. The request is durable before the
 * original is deleted, so a crash after that leaves the rest to be finished; after a crash before it, nothing has
 * happened.
 */
export async function removeImage(
  ports: SettlePorts,
  imageId: ImageId,
  { signal }: CallOptions = {},
): Promise<boolean> {
  const { records, originals, queue } = ports;
  const record = await records.get(imageId, { signal });
  if (!record) return false;
  // Where an original lies beside a tombstone, an upload was accepted that nobody has settled yet.
  if (record.status === "removed" && !(await findBlob(originals, record.key, { signal }))) {
    await workOffOutbox(ports, record, { cleanUp: record.outbox !== undefined, signal });
    return false;
  }
  const { key } = record;
  const request = { type: "remove", key, version: incrementRevision(record.version) } as const;
  await queue.send(request, { signal });
  await originals.delete(key, { signal });
  await settleNow(ports, request, { signal });
  return true;
}
