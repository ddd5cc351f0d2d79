import type { CallOptions } from "../../ports/call-options.js";
import { readStoredFileName } from "../model/file-name.js";
import type { ProcessedRecord } from "../model/image-record.js";
import { readStoredOwner } from "../model/owner.js";
import { computeConfigurationDigest } from "../model/pipeline-config.js";
import { findBlob } from "./find-blob.js";
import { findListed, hasPlannedRecipes } from "./kept-renditions.js";
import type { Needs } from "./ports.js";
import { isUntagged } from "./tag-image.js";

/**
 * Whether settling the image anew would change nothing: it was made under this configuration, tagged if it is to be, of
 * the original that lies there right now, its renditions are those that are planned for it, and every file that the
 * record names is there. An original that killed its decoder is never settled for good.
 *
 * The original is recognized by etag and time together: stores may date in whole seconds, and the same bytes may be
 * stored again.
 */
export async function isCurrent(
  ports: Needs<"originals" | "renditions" | "config" | "engine">,
  record: ProcessedRecord,
  { signal }: CallOptions = {},
): Promise<boolean> {
  const { originals, renditions, config, engine } = ports;
  const { imageId, key, status } = record;
  if (record.configuration !== computeConfigurationDigest(config, engine.version)) return false;
  if (record.failure?.code === "decoder-crashed") return false;
  if (isUntagged(ports, record)) return false;
  const original = await findBlob(originals, key, { signal });
  if (!original || original.etag !== record.etag) return false;
  if (original.storedAt.toISOString() !== record.createdAt) return false;
  if (readStoredFileName(original) !== record.fileName) return false;
  if (readStoredOwner(original, config.uploads) !== record.owner) return false;
  if (status === "rejected") return true;
  if (!hasPlannedRecipes(ports, record)) return false;
  const named = record.renditions.map((rendition) => rendition.key);
  const listed = await findListed({ renditions }, imageId, named, { signal });
  return named.every((name) => listed.has(name));
}
