import { formatFacts, type ImageFormat } from "../../domain/model/image-format.js";
import type { Ids } from "../../ports/ids.js";

/** The prefix of every key that is made here; a watermark policy may name it. */
export const UPLOADS_PREFIX = "uploads/";

/** A key that nobody chose and nobody can guess. */
export function newKey(ids: Ids, format: ImageFormat): string {
  return `${UPLOADS_PREFIX}${ids()}.${formatFacts(format).extension}`;
}
