/** `text` with everything but RFC 3986's unreserved characters escaped, as signatures want it. */
export function encodePercent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The path of a key below a bucket or a distribution; it begins with `/`. */
export function toPath(key: string): string {
  return `/${key.split("/").map(encodePercent).join("/")}`;
}
