/** The values of a `Content-Disposition` header. They are unchecked. */
export interface Disposition {
  /** In lower case, such as `form-data` or `attachment`. */
  readonly type: string;
  readonly name?: string;
  readonly fileName?: string;
}

/** `; name=value`, where the value is a token or quoted, with a backslash before what is quoted in it. */
const PARAMETER = /\s*;\s*([!#$%&'*+.^_`|~0-9a-z-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/isy;

/**
 * Parses the header as forms (RFC 7578, HTML) and requests (RFC 6266) write it. `filename*` (RFC 8187) takes precedence
 * over `filename`. `undefined` for anything else; whatever follows a malformed parameter is ignored.
 */
export function parseDisposition(header: string): Disposition | undefined {
  const [start, type] = /^\s*([!#$%&'*+.^_`|~0-9a-z-]{1,64})/i.exec(header) ?? [];
  if (start === undefined || type === undefined) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = start.length;
  for (let match = PARAMETER.exec(header); match; match = PARAMETER.exec(header)) {
    const [, name = "", quoted, plain = ""] = match;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted === undefined ? plain : unquote(quoted));
  }
  const fileName = decodeExtendedValue(parameters.get("filename*")) ?? parameters.get("filename");
  return { type: type.toLowerCase(), name: parameters.get("name"), fileName };
}

/** Browsers escape quotes and line breaks alone, as `%22`, `%0D` and `%0A`; other clients put a backslash before a quote. */
function unquote(text: string): string {
  return text
    .replace(/\\(["\\])/g, "$1")
    .replace(/%22/g, '"')
    .replace(/%0d/gi, "\r")
    .replace(/%0a/gi, "\n");
}

/** `UTF-8''na%C3%AFve.jpg` */
function decodeExtendedValue(value: string | undefined): string | undefined {
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(value ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
