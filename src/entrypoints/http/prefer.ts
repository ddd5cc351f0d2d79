import { z } from "@hono/zod-openapi";

/**
 * The seconds of `Prefer: wait=N` (RFC 7240), at most `longest`; `undefined` if nothing that can be understood is
 * preferred, because a preference is never a reason to refuse.
 */
export function preferredWait(header: string | undefined, longest: number): number | undefined {
  for (const preference of (header ?? "").split(",")) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference) ?? [];
    // The first of several counts, says the RFC.
    if (seconds !== undefined) return Math.min(Number(seconds), longest);
  }
  return undefined;
}

/** The header as the document describes it. It is not validated: what cannot be understood is no preference. */
export const preferHeader = z.object({
  prefer: z.string().optional().openapi({
    description: "`wait=N` waits up to N seconds for the image to be settled (RFC 7240).",
    example: "wait=10",
  }),
});
