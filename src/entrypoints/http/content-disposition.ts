/** What a `Content-Disposition` header says, as text that nobody has checked. */
export interface Disposition {
  /** In lower case, such as `form-data` or `attachment`. */
  readonly type: string;
  readonly name?: string;
  readonly fileName?: string;
}

/** `; name=value`, where the value is a token or quoted, with a backslash before what is quoted in it. */
const PARAMETER = /\s*;\s*([!#$%&'*+.^_`|~0-9a-z-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/isy;

/**
 * Parses the header as forms (RFC 7578, HTML) and requests (RFC 6266) write it. `filename*` of RFC 8187 counts more
 * than `filename`. `undefined` for anything else; what follows a parameter that cannot be read is ignored.
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

/** Browsers write quotes and line breaks as `%22`, `%0D` and `%0A`, and nothing else so; others put a backslash before a quote. */
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
