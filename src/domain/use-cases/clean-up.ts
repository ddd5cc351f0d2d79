import type { CallOptions } from "../../ports/call-options.js";
import type { ImageRecord } from "../model/image-record.js";
import { iteratePages } from "../model/page.js";
import { readKeyVersion, toImagePrefix } from "../model/storage-layout.js";
import { compareVersions } from "../model/version.js";
import type { Needs } from "./ports.js";

/**
 * Deletes every stored rendition of the image that is not newer than the record and not named by it. What is newer
 * belongs to a handler that has written but not yet committed, or to a commit that this caller has not read: it is
 * not ours to judge. Keys that were not made by Safelight are left alone. A batch that fails in the middle is thrown,
 * and whoever cleans up next lists what it has left.
 */
export async function cleanUp(
  { renditions }: Needs<"renditions">,
  record: ImageRecord,
  { signal }: CallOptions = {},
): Promise<void> {
  const named = new Set<string>(record.renditions.map(({ key }) => key));
  const prefix = toImagePrefix(record.imageId);
  for await (const items of iteratePages((cursor) => renditions.list(prefix, { cursor, signal }))) {
    const staleKeys = items
      .map(({ key }) => key)
      .filter((key) => {
        const version = readKeyVersion(record.imageId, key);
        return version !== undefined && !named.has(key) && compareVersions(version, record.version) <= 0;
      });
    if (staleKeys.length > 0) await renditions.deleteAll(staleKeys, { signal });
  }
}
