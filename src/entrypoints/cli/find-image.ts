import { SafelightError, shown } from "../../domain/model/errors.js";
import { deriveImageId, isImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { iterateItems } from "../../domain/model/page.js";
import type { Pipeline } from "../../domain/pipeline.js";

/** The beginning of an id that people may write: fewer characters would too often mean another image tomorrow. */
const SHORT_ID = /^[A-Za-z0-9_-]{4,21}$/;

/**
 * Resolves to the image that `text` means: the one with this key, with this id, or the only one whose id begins so.
 * A key goes before an id, because it was written whole. Throws `not-found` if there is none and `invalid-input` if
 * there are several.
 */
export async function findImage(pipeline: Pipeline, text: string): Promise<ImageDescription> {
  const byKey = await pipeline.get(deriveImageId(text));
  if (byKey) return byKey;
  const byId = isImageId(text) ? await pipeline.get(text) : undefined;
  if (byId) return byId;
  const [match, ...others] = SHORT_ID.test(text) ? await findByIdPrefix(pipeline, text) : [];
  if (!match) {
    const expected = "the key or id of an image (or 4 characters of it, or more)";
    throw new SafelightError("not-found", `expected ${expected} but received ${shown(text)}`);
  }
  if (others.length > 0) {
    const candidates = [match, ...others].slice(0, 5).map(({ imageId, key }) => `${imageId} (${shown(key)})`);
    throw new SafelightError(
      "invalid-input",
      `expected enough of an id to mean one image but received ${shown(text)}, which could be ${candidates.join(", ")}`,
    );
  }
  return match;
}

async function findByIdPrefix(pipeline: Pipeline, start: string): Promise<ImageDescription[]> {
  const found: ImageDescription[] = [];
  for await (const image of iterateItems((cursor) => pipeline.list({ limit: 1000, cursor })))
    if (image.imageId.startsWith(start)) found.push(image);
  return found;
}
