import { posix } from "node:path";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { deriveImageId, isImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
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
  const { matches, similarKey } = await searchImages(pipeline, text);
  const [match, ...others] = matches;
  if (!match) {
    const expected = "the key of an image, its id, or at least 4 characters of its id";
    const hint = similarKey === undefined ? "" : `; did you mean ${quote(similarKey)}?`;
    throw new SafelightError("not-found", `expected ${expected} but received ${quote(text)}${hint}`);
  }
  if (others.length > 0) {
    const candidates = matches.map(({ imageId, key }) => `${imageId} (${quote(key)})`);
    throw new SafelightError(
      "invalid-input",
      `expected the id of one image but received ${quote(text)}, which matches ${candidates.join(", ")}`,
    );
  }
  return match;
}

/** Most images that are named where an id matches several. */
const MAX_MATCHES = 5;

/**
 * Looks at every image once, whatever their number, and holds no more than a page of them: the first whose ids begin with
 * `text`, and the key that people have probably meant, which is one with this base name, or else the most similar one.
 */
async function searchImages(pipeline: Pipeline, text: string) {
  const isShortId = SHORT_ID.test(text);
  const base = posix.basename(text);
  const matches: ImageDescription[] = [];
  let [sameBase, similar, cursor] = [] as (string | undefined)[];
  do {
    const page = await pipeline.list({ limit: 1000, cursor });
    const keys = page.items.map(({ key }) => key);
    if (isShortId) matches.push(...page.items.filter(({ imageId }) => imageId.startsWith(text)));
    matches.splice(MAX_MATCHES);
    sameBase ??= keys.find((key) => posix.basename(key) === base);
    similar = findSimilar(text, similar === undefined ? keys : [similar, ...keys]);
    cursor = page.cursor;
  } while (cursor !== undefined && (isShortId || sameBase === undefined));
  return { matches, similarKey: sameBase ?? similar };
}
