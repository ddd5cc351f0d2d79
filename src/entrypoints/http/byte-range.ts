/** The requested bytes of a representation: all, a range (both ends included), or none that exist. */
export type RequestedRange = "all" | "none" | { readonly first: number; readonly last: number };

/**
 * Reads `Range` and `If-Range` (RFC 9110, 14.2 and 13.1.5) of a request for `size` bytes with this entity tag.
 * Whatever is not one well-formed range of bytes counts as no range, as the RFC allows; so does a range of another
 * representation than the one that is there.
 */
export function parseRange(
  range: string | undefined,
  ifRange: string | undefined,
  { etag, size }: { readonly etag: string; readonly size: number },
): RequestedRange {
  if (range === undefined) return "all";
  // Dates count as no match: nothing here tells when it was changed, because nothing ever is.
  if (ifRange !== undefined && ifRange.trim() !== etag) return "all";
  const [, from = "", to = ""] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(range) ?? [];
  if (from === "" && to === "") return "all";
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "none" : { first: size - length, last: size - 1 };
  }
  const [first, last] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== "" && Number(to) < first) return "all";
  return first >= size ? "none" : { first, last };
}
