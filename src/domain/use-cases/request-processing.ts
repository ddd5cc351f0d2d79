import type { CallOptions } from "../../ports/call-options.js";
import { quote, SafelightError } from "../model/errors.js";
import { deriveImageId, type ImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { hasOwner, readStoredOwner } from "../model/owner.js";
import { incrementRevision, type Version } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import type { OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";

/** A request is done once the record of its image has this version or a newer one, and no outbox if the image was removed. */
export interface Receipt {
  readonly imageId: ImageId;
  readonly key: string;
  readonly version: Version;
}

/** How an original is to be processed. */
export interface ProcessingOptions {
  /** Renders everything anew, also what is as it should be. Default false. */
  readonly force?: boolean;
  /**
   * Makes the CDN drop what was published of the image, under each name that it may still hold: for a watermark or a metadata
   * policy that must not be seen any longer. Default false: what is cached stays until the picture itself goes.
   */
  readonly invalidate?: boolean;
}

/**
 * Requests that an original which is stored already is processed. Resolves once the request is durable. Whoever settles
 * it knows the engine and decides whether there is anything to do: unless forced, nothing is rendered that is as it
 * should be. Throws `not-found` if nothing lies under the key, and in the same words if it is not the `owner`'s.
 */
export async function requestProcessing(
  { originals, records, queue, config }: Needs<"originals" | "records" | "queue" | "config">,
  key: string,
  { owner, signal, ...how }: CallOptions & OwnerOptions & ProcessingOptions = {},
): Promise<Receipt> {
  const imageId = deriveImageId(originalKey(key));
  // The version is fixed before the original is looked at: an upload in between is newer than this request.
  const record = await records.get(imageId, { signal });
  const original = await findBlob(originals, key, { signal });
  if (!original || !hasOwner({ owner: readStoredOwner(original, config.uploads) }, owner))
    throw new SafelightError("not-found", `expected the key of a stored original but received ${quote(key)}`);
  const request = buildProcessRequest(key, record, how);
  await queue.send(request, { signal });
  return { imageId, key, version: request.version };
}

/** The request to process an original whose record is the given one. */
export function buildProcessRequest(
  key: string,
  record: ImageRecord | undefined,
  { force, invalidate }: ProcessingOptions = {},
) {
  const version = incrementRevision(record?.version);
  return {
    type: "process",
    key,
    version,
    ...(force && { force: true as const }),
    ...(invalidate && { invalidate: true as const }),
  } as const;
}
