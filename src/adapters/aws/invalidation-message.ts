import { quote } from "../../domain/model/errors.js";
import { toAsciiJson } from "./ascii-json.js";
import { isObject, parseJson, UnreadableError } from "./notification.js";

/** The paths of one message, or of one request to CloudFront. */
export interface PathLimits {
  /** Most paths. */
  readonly paths: number;
  /** Most of them that end in a star. */
  readonly wildcards: number;
}

/** No message holds more than one request to CloudFront may: it is sent as a whole or comes again as a whole. */
const MESSAGE_LIMITS: PathLimits = { paths: 100, wildcards: 5 };

/** Formats the paths, each once, as the bodies of as few messages as hold them. */
export function formatInvalidations(paths: Iterable<string>): readonly string[] {
  const messages: string[][] = [];
  for (const path of new Set(paths)) {
    const message = messages.at(-1);
    if (message && isWithinLimits([...message, path], MESSAGE_LIMITS)) message.push(path);
    else messages.push([path]);
  }
  return messages.map((invalidations) => toAsciiJson({ invalidations }));
}

/** Parses what {@link formatInvalidations} wrote. Throws {@link UnreadableError} for anything else. */
export function parseInvalidations(body: unknown): readonly string[] {
  const value = typeof body === "string" ? parseJson(body) : body;
  const paths = isObject(value) ? value.invalidations : undefined;
  if (Array.isArray(paths) && paths.length > 0 && paths.every(isPath)) return paths;
  throw new UnreadableError(`expected paths to invalidate but received ${quote(value)}`);
}

/** Whether so many paths may go together. */
export function isWithinLimits(paths: readonly string[], limits: PathLimits): boolean {
  return paths.length <= limits.paths && paths.filter(isWildcard).length <= limits.wildcards;
}

/** Whether a path stands for all paths that start with what is before its star. */
export function isWildcard(path: string): boolean {
  return path.endsWith("*");
}

/** CloudFront takes paths of up to 4,000 characters. */
function isPath(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("/") && value.length <= 4_000;
}
