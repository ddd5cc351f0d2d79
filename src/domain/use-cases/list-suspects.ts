import type { CallOptions } from "../../ports/call-options.js";
import { deriveImageId, type ImageId, isImageId } from "../model/image-id.js";
import { iterateItems } from "../model/page.js";
import type { Needs } from "./ports.js";

/** An image that should be looked at. */
export interface Suspect {
  readonly imageId: ImageId;
  readonly key?: string;
}

/** Most records of a page, and most expired tombstones that are found in one go. */
const PAGE = 500;

/**
 * Every image of which anything can be found through the ports, each at least once: those with a record, those with
 * files, those with an original, and expired tombstones last, because the record of an image is what its files are
 * judged by. Not found are tombstones that are not due and left nothing behind; what they may still owe is held by
 * the queue, which keeps their change until it is done.
 */
export async function* listSuspects(
  { records, renditions, originals }: Needs<"records" | "renditions" | "originals">,
  now: Date,
  { signal }: CallOptions = {},
): AsyncGenerator<Suspect> {
  for await (const { imageId, key } of iterateItems((cursor) =>
    records.list({ limit: PAGE, cursor }, { signal }),
  ))
    yield { imageId, key };

  const hasRecord = async (imageId: ImageId) => {
    const record = await records.get(imageId, { signal });
    return record !== undefined && record.status !== "removed";
  };
  let last: ImageId | undefined;
  for await (const { key } of iterateItems((cursor) => renditions.list("", { cursor, signal }))) {
    const [imageId = ""] = key.split("/", 1);
    if (imageId === last || !isImageId(imageId)) continue;
    last = imageId;
    if (!(await hasRecord(imageId))) yield { imageId };
  }
  for await (const { key } of iterateItems((cursor) => originals.list("", { cursor, signal }))) {
    const imageId = deriveImageId(key);
    if (!(await hasRecord(imageId))) yield { imageId, key };
  }
  for (let tried = ""; ; ) {
    const expired = await records.listExpired(now, PAGE, { signal });
    yield* expired.map(({ imageId, key }) => ({ imageId, key }));
    const names = expired.map(({ imageId }) => imageId).join();
    // The same ones again: nobody purges them, so there is no next page to be had.
    if (expired.length < PAGE || names === tried) return;
    tried = names;
  }
}
