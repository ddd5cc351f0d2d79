import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { quote, SafelightError } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { CompleteOptions } from "./options.js";

/** Finds an image, and waits for it as the request prefers. Throws `not-found` if there is none or it was removed. */
export async function findImage(
  c: Context,
  options: CompleteOptions,
  id: ImageId,
): Promise<ImageDescription> {
  const seconds = parsePreferredWait(c.req.header("prefer"), options.maxWaitSeconds) ?? 0;
  const { image } = await options.pipeline.waitUntilSettled(id, { seconds, signal: c.req.raw.signal });
  if (!image) throw createNotFoundError(id);
  return image;
}

/** Creates the error for an id that belongs to no image. */
export function createNotFoundError(id: string): SafelightError {
  return new SafelightError("not-found", `expected the id of an image but received ${quote(id)}`);
}

/**
 * Parses the seconds of `Prefer: wait=N` (RFC 7240), at most `longest`. `undefined` if there are none: a preference is
 * never a reason to refuse.
 */
export function parsePreferredWait(header: string | undefined, longest: number): number | undefined {
  for (const preference of (header ?? "").split(",")) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? [];
    // The first of several counts, says the RFC.
    if (seconds !== undefined) return Math.min(Number(seconds), longest);
  }
  return undefined;
}

/** The `Prefer` header in the OpenAPI document. It is not validated: a malformed one is ignored. */
export const preferHeader = z.object({
  prefer: z.string().optional().openapi({
    description: "`wait=N` waits up to N seconds for the image to be settled (RFC 7240).",
    example: "wait=10",
  }),
});
