import { listVariants } from "../../domain/model/variants.js";

/*
 * The one place that chooses by `Accept`: for the API, for the server and, in the function of
 * `entrypoints/cloudfront`, for the CDN. The runtime there knows neither destructuring nor spreading nor `for ... of`, and
 * of the methods of arrays only the older ones are used.
 */

/** A media range of `Accept` (RFC 9110, 12.5.1) and how much it is wanted. */
interface AcceptedRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/** The answer to a request for a negotiated key. */
export interface ChosenFile {
  /** The key of the file to send; `undefined` if all are refused. */
  readonly key: string | undefined;
  /** The content types of all files that there are. */
  readonly offered: readonly string[];
}

/**
 * Chooses the file to send for a key, by `Accept`. `undefined` if the key stands for one file, which is sent as it is. A
 * pure function: it looks nothing up, since the key says which files there are.
 */
export function chooseFile(key: string, accept: string | undefined): ChosenFile | undefined {
  const variants = listVariants(key);
  if (variants.length === 0) return undefined;
  const offered = variants.map((variant) => variant.contentType);
  const chosen = chooseContentType(accept, offered);
  return { key: variants.filter((variant) => variant.contentType === chosen)[0]?.key, offered };
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
  const header = accept ?? "";
  if (header.trim() === "") return offered[0];
  const ranges = parseAccept(header);
  const qualities = offered.map((one) => computeQuality(one, ranges));
  const most = qualities.reduce((best, one) => (one > best ? one : best), 0);
  return most > 0 ? offered[qualities.indexOf(most)] : undefined;
}

/** The most specific range that matches says it; none: not wanted. */
function computeQuality(contentType: string, ranges: readonly AcceptedRange[]): number {
  const family = contentType.split("/")[0] ?? "";
  const exact = findRange(ranges, contentType) ?? findRange(ranges, `${family}/*`);
  return (exact ?? findRange(ranges, "*/*"))?.quality ?? 0;
}

function findRange(ranges: readonly AcceptedRange[], name: string): AcceptedRange | undefined {
  return ranges.filter((range) => `${range.type}/${range.subtype}` === name)[0];
}

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(${TOKEN}|"(?:[^"\\\\]|\\\\.)*")$`, "i");
const RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})$`, "i");
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

function parseAccept(header: string): readonly AcceptedRange[] {
  return listParts(header, ",")
    .map(parseRange)
    .filter((range) => range !== undefined);
}

function parseRange(part: string): AcceptedRange | undefined {
  const pieces = listParts(part, ";").map((text) => text.trim());
  const range = RANGE.exec((pieces[0] ?? "").toLowerCase());
  const quality = readQuality(pieces[1]);
  if (!range || quality === undefined) return undefined;
  return { type: range[1] ?? "", subtype: range[2] ?? "", quality };
}

/**
 * Reads the quality from the first parameter: what follows it extends the header, not the type. Any other parameter is
 * none or one of the type: what is sent here has none, so the range is of another type.
 */
function readQuality(parameter: string | undefined): number | undefined {
  if (parameter === undefined) return 1;
  const parsed = PARAMETER.exec(parameter);
  const value = parsed?.[2] ?? "";
  return parsed?.[1]?.toLowerCase() === "q" && QUALITY.test(value) ? Number(value) : undefined;
}

/** Lists the parts between separators that stand in no quoted text. */
function listParts(text: string, separator: "," | ";"): readonly string[] {
  return text.match(new RegExp(`(?:"(?:[^"\\\\]|\\\\.)*"|[^${separator}"]|")+`, "g")) ?? [];
}
