import { computeShortDigest } from "../../domain/model/digest.js";

/** Computes the entity tag of a text: strong, because the same tag means the same bytes. */
export function computeEtag(text: string): string {
  return `"${computeShortDigest(text, 22)}"`;
}

/** Whether `If-None-Match` names this tag, compared weakly as RFC 9110 has it (a proxy may have made it weak). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return (header.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []).some(
    (one) => one.replace(/^W\//, "") === etag,
  );
}
