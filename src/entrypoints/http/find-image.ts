import type { Context } from "hono";
import { SafelightError, shown } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { CompleteOptions } from "./options.js";
import { preferredWait } from "./prefer.js";

/** The image with this id, waited for as the request prefers. Throws `not-found` if there is none, or it was removed. */
export async function findImage(
  c: Context,
  options: CompleteOptions,
  id: ImageId,
): Promise<ImageDescription> {
  const seconds = preferredWait(c.req.header("prefer"), options.longestWait) ?? 0;
  const { image } = await options.pipeline.settlement(id, { seconds, signal: c.req.raw.signal });
  if (!image) throw noImage(id);
  return image;
}

/** The refusal of an id that is no image's. */
export function noImage(id: string): SafelightError {
  return new SafelightError("not-found", `expected the id of an image but received ${shown(id)}`);
}
