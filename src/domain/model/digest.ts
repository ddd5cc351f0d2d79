import { hash } from "node:crypto";

/** The SHA-256 of `bytes` (a string is taken as UTF-8), as 64 lower-case hexadecimal digits. */
export function computeSha256(bytes: Uint8Array | string): string {
  // At once: an object for each digest takes longer than the digest of a short text.
  return hash("sha256", bytes, "hex");
}

/** The SHA-256 of a blob's bytes, as whoever holds them knows it or else computed. */
export function computeContentHash({ bytes, sha256 }: { bytes: Uint8Array; sha256?: string }): string {
  return sha256 ?? computeSha256(bytes);
}

/** The first `length` base64url characters of the SHA-256 of `text`: 22 of them carry 132 bits. */
export function computeShortDigest(text: string, length = 22): string {
  return hash("sha256", text, "base64url").slice(0, length);
}

/** JSON with sorted object keys and no `undefined`: equal values give equal text, whatever the order they were built in. */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
