/** A media range of `Accept` (RFC 9110, 12.5.1) and how much it is wanted. */
interface AcceptedRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * Chooses what to send of what there is, best first: the content type that `Accept` wants most, and of several that it
 * wants as much, the first. A header that is absent or empty accepts everything; a malformed part of one says nothing.
 * `undefined` if all are refused. A pure function: what is equal in both is answered alike.
 */
export function chooseContentType(
  accept: string | undefined,
  offered: readonly string[],
): string | undefined {
  const ranges = parseAccept(accept ?? "");
  if (ranges.length === 0 && (accept ?? "").trim() === "") return offered[0];
  let best: string | undefined;
  let most = 0;
  for (const one of offered) {
    const quality = computeQuality(one, ranges);
    if (quality > most) {
      best = one;
      most = quality;
    }
  }
  return best;
}

/** The most specific range that matches says it; none: not wanted. */
function computeQuality(contentType: string, ranges: readonly AcceptedRange[]): number {
  const [type = "", subtype = ""] = contentType.split("/");
  const exact = ranges.find((range) => range.type === type && range.subtype === subtype);
  const family = ranges.find((range) => range.type === type && range.subtype === "*");
  const any = ranges.find((range) => range.type === "*" && range.subtype === "*");
  return (exact ?? family ?? any)?.quality ?? 0;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(${TOKEN}|"(?:[^"\\\\]|\\\\.)*")$`, "i");
const RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})$`, "i");
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

function parseAccept(header: string): readonly AcceptedRange[] {
  return listParts(header, ",").flatMap((part) => {
    const [range = "", ...parameters] = listParts(part, ";").map((text) => text.trim());
    const [, type, subtype] = RANGE.exec(range.toLowerCase()) ?? [];
    if (type === undefined || subtype === undefined) return [];
    let quality = 1;
    for (const parameter of parameters) {
      const [, name, value = ""] = PARAMETER.exec(parameter) ?? [];
      // A parameter that is none, or one of the type: what is sent here has none, so the range is of another type.
      if (name?.toLowerCase() !== "q") return [];
      if (!QUALITY.test(value)) return [];
      quality = Number(value);
      // What follows the quality extends the header, not the type.
      break;
    }
    return [{ type, subtype, quality }];
  });
}

/** Lists the parts between separators that stand in no quoted text. */
function listParts(text: string, separator: "," | ";"): readonly string[] {
  return text.match(new RegExp(`(?:"(?:[^"\\\\]|\\\\.)*"|[^${separator}"]|")+`, "g")) ?? [];
}
