import { invalidInput } from "../../domain/model/errors.js";

/** Most items that a page may have, in every listing. */
const MOST_ITEMS = 1_000;

/** Most bytes of names and values of metadata together: Amazon S3's limit, the lowest of the stores. */
const MOST_METADATA = 2_048;

/** RFC 9110: a type, a subtype and parameters, whose values are tokens or quoted. */
const MEDIA_TYPE = /^T\/T(?:[ \t]*;[ \t]*(?:T=(?:T|"(?:[\t !\x23-\x5b\x5d-\x7e]|\\[\t\x20-\x7e])*"))?)*$/
  .source;
const CONTENT_TYPE = new RegExp(MEDIA_TYPE.replaceAll("T", "[!#$%&'*+.^_`|~0-9A-Za-z-]+"));

/** Text that a header carries unchanged: printable ASCII, without white space at its ends. */
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Throws `invalid-input` unless `value` is a whole number from `least` to `most`. */
export function checkWholeNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw invalidInput(`a whole number from ${least} to ${most}`, name, value);
}

/** Throws `invalid-input` unless `limit` is a number of items that a page may have. */
export function checkLimit(limit: number): void {
  checkWholeNumber("limit", limit, 1, MOST_ITEMS);
}

/** Throws `invalid-input` unless `contentType` is a media type of at most 255 characters. */
export function checkContentType(contentType: string): void {
  if (typeof contentType !== "string" || contentType.length > 255 || !CONTENT_TYPE.test(contentType))
    throw invalidInput("a media type such as image/jpeg", "contentType", contentType);
}

/** Throws `invalid-input` unless `value` is absent or text that a header carries unchanged. */
export function checkPrintable(name: string, value: string | undefined): void {
  if (value !== undefined && !(typeof value === "string" && PRINTABLE.test(value)))
    throw invalidInput("printable ASCII without spaces at its ends", name, value);
}

/** Throws `invalid-input` unless names and values of metadata are such as every store keeps unchanged. */
export function checkMetadata(metadata: Readonly<Record<string, string>> = {}): void {
  let length = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name))
      throw invalidInput(
        "1 to 64 characters of a-z 0-9 - _, the first a letter or digit,",
        "a name of metadata",
        name,
      );
    checkPrintable(`metadata.${name}`, value);
    length += name.length + value.length;
  }
  if (length > MOST_METADATA)
    throw invalidInput(`at most ${MOST_METADATA} bytes of names and values`, "metadata", `${length} bytes`);
}
