import type { CallOptions } from "../../ports/call-options.js";
import type { MadeRecord } from "../model/image-record.js";
import { everyItem } from "../model/page.js";
import { imagePrefix } from "../model/storage-layout.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";

/**
 * Whether settling the image anew would change nothing: it was made under this configuration, tagged if it is to
 * be, of the original that lies there right now, and every file that the record names is there. The original is
 * recognised by etag and time together: stores may date in whole seconds, and the same bytes may be stored again.
 */
export async function isCurrent(
  { originals, renditions, config }: Needs<"originals" | "renditions" | "config">,
  record: MadeRecord,
  configuration: string,
  { signal }: CallOptions = {},
): Promise<boolean> {
  const { imageId, key, status } = record;
  if (record.configuration !== configuration) return false;
  if (status === "ready" && config.tagging.provider !== "none" && record.tagging === undefined) return false;
  const original = await findBlob(originals, key, { signal });
  if (original?.etag !== record.etag || original?.storedAt.toISOString() !== record.createdAt) return false;
  const missing = new Set<string>(record.renditions.map((rendition) => rendition.key));
  if (missing.size === 0) return true;
  for await (const file of everyItem((cursor) => renditions.list(imagePrefix(imageId), { cursor, signal })))
    missing.delete(file.key);
  return missing.size === 0;
}
