import { posix } from "node:path";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { deriveImageId, isImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import { iterateItems } from "../../domain/model/page.js";
import { findSimilar } from "../../domain/model/similar.js";
import type { Pipeline } from "../../domain/pipeline.js";

/** The prefix of an id that people may type; a shorter one would soon match another image. */
const SHORT_ID = /^[A-Za-z0-9_-]{4,21}$/;

/**
 * Finds the image with this key, with this id, or with the only id that starts with `text`, in this order. Throws `not-found` if there is none and `invalid-input` if
 * there are several.
 */
export async function findImage(pipeline: Pipeline, text: string): Promise<ImageDescription> {
  const byKey = await pipeline.get(deriveImageId(text));
  if (byKey) return byKey;
  const byId = isImageId(text) ? await pipeline.get(text) : undefined;
  if (byId) return byId;
  const [match, ...others] = SHORT_ID.test(text) ? await findByIdPrefix(pipeline, text) : [];
  if (!match) {
    const expected = "the key of an image, its id, or at least 4 characters of its id";
    const meant = await findSimilarKey(pipeline, text);
    const hint = meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
    throw new SafelightError("not-found", `expected ${expected} but received ${quote(text)}${hint}`);
  }
  if (others.length > 0) {
    const candidates = [match, ...others].slice(0, 5).map(({ imageId, key }) => `${imageId} (${quote(key)})`);
    throw new SafelightError(
      "invalid-input",
      `expected the id of one image but received ${quote(text)}, which matches ${candidates.join(", ")}`,
    );
  }
  return match;
}

/** The key that people have probably meant: one with this base name, or else the most similar one. */
async function findSimilarKey(pipeline: Pipeline, text: string): Promise<string | undefined> {
  const keys: string[] = [];
  for await (const { key } of iterateItems((cursor) => pipeline.list({ limit: 1000, cursor }))) {
    if (posix.basename(key) === posix.basename(text)) return key;
    keys.push(key);
  }
  return findSimilar(text, keys);
}

async function findByIdPrefix(pipeline: Pipeline, start: string): Promise<ImageDescription[]> {
  const found: ImageDescription[] = [];
  for await (const image of iterateItems((cursor) => pipeline.list({ limit: 1000, cursor })))
    if (image.imageId.startsWith(start)) found.push(image);
  return found;
}
