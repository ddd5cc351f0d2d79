import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { quote, SafelightError } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { ApiEnv } from "./app.js";
import type { CompleteOptions } from "./options.js";

/**
 * Finds an image, and waits for it as the request prefers. Throws `not-found` if there is none, it was removed, or it is not
 * one that the caller may see.
 */
export async function findImage(
  c: Context<ApiEnv>,
  options: CompleteOptions,
  id: ImageId,
): Promise<ImageDescription> {
  const seconds = readPreferredWait(c, options, 0);
  const { image } = await options.pipeline.waitUntilSettled(id, {
    seconds,
    owner: c.get("boundTo"),
    signal: c.req.raw.signal,
  });
  if (!image) throw createNotFoundError(id);
  return image;
}

/** Creates the error for an id that belongs to no image. */
export function createNotFoundError(id: string): SafelightError {
  return new SafelightError("not-found", `expected the id of an image but received ${quote(id)}`);
}

/**
 * The seconds to wait as the request prefers, or else `otherwise`; in any case no longer than the API may. Ask when the wait
 * begins: how long it may take can depend on what is left of the platform's own time limit.
 */
export function readPreferredWait(c: Context, options: CompleteOptions): number | undefined;
export function readPreferredWait(c: Context, options: CompleteOptions, otherwise: number): number;
export function readPreferredWait(
  c: Context,
  { maxWaitSeconds }: CompleteOptions,
  otherwise?: number,
): number | undefined {
  const longest = typeof maxWaitSeconds === "number" ? maxWaitSeconds : maxWaitSeconds(c.env);
  const wanted = parsePreferredWait(c.req.header("prefer"), longest) ?? otherwise;
  return wanted === undefined ? undefined : Math.max(0, Math.min(wanted, longest));
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
