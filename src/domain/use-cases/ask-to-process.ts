import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError, shown } from "../model/errors.js";
import { type ImageId, imageIdOf } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
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
 * Asks for an original that is stored already to be processed. Resolves once the ask is durable. Whoever settles it
 * knows the engine and decides whether there is anything to do: unless forced, nothing is rendered for an image that
 * is settled already. Throws `not-found` if nothing lies under the key.
 */
export async function askToProcess(
  { originals, records, queue }: Needs<"originals" | "records" | "queue">,
  key: string,
  { force = false, signal }: CallOptions & { force?: boolean } = {},
): Promise<Asked> {
  const imageId = imageIdOf(originalKey(key));
  // The version is fixed before the original is looked at: an upload in between is newer than this ask.
  const record = await records.get(imageId, { signal });
  if (!(await findBlob(originals, key, { signal })))
    throw new SafelightError("not-found", `expected the key of a stored original but received ${shown(key)}`);
  const ask = processAsk(key, record, { force });
  await queue.send(ask, { signal });
  return { imageId, key, version: ask.version };
}

/** The ask to process an original whose record is the given one. */
export function processAsk(key: string, record: ImageRecord | undefined, { force = false } = {}) {
  const ask = { type: "process", key, version: nextRevision(record?.version) } as const;
  return force ? { ...ask, force } : ask;
}
