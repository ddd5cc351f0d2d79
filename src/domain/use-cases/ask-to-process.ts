import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError, shown } from "../model/errors.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import { originalKey } from "../model/original-key.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { nextRevision, type Version } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";

/** What was asked for is done once the record of the image has this version or a newer one, and no outbox if it is removed. */
export interface Asked {
  readonly imageId: ImageId;
  readonly key: string;
  readonly version: Version;
}

/**
 * Asks for an original that is stored already to be processed, without rendering anything here. Resolves once the ask
 * is durable. An original whose record is settled by this very configuration is not asked
 * for again, unless forced. Throws `not-found` if nothing lies under the key.
 */
export async function askToProcess(
  {
    originals,
    records,
    queue,
    config,
    engine,
  }: Needs<"originals" | "records" | "queue" | "config"> & {
    readonly engine: { readonly version: string };
  },
  key: string,
  { force = false, signal }: CallOptions & { force?: boolean } = {},
): Promise<Asked> {
  const imageId = imageIdOf(originalKey(key));
  // The version is fixed before the original is looked at: an upload in between is newer than this ask.
  const record = await records.get(imageId, { signal });
  const found = await findBlob(originals, key, { signal });
  if (!found) {
    throw new SafelightError("not-found", `expected the key of a stored original but received ${shown(key)}`);
  }
  const settled = record && (record.status === "ready" || record.status === "rejected");
  // A record is as old as the original that it was made from: another time of storing is another original.
  const current =
    settled &&
    record.configuration === configurationDigest(config, engine.version) &&
    record.createdAt === found.storedAt.toISOString();
  if (current && !force) return { imageId, key, version: record.version };
  const version = nextRevision(record?.version);
  await queue.send({ type: "process", key, version }, { signal });
  return { imageId, key, version };
}
