import { SafelightError } from "../../domain/model/errors.js";

/** Deeper than any configuration, and shallow enough to walk by recursion. */
const MAX_DEPTH = 64;

/**
 * Parses JSON as people write it into files: a byte order mark is forgiven; everything else that is wrong throws
 * `invalid-input` with the line and column where it is wrong, both counted from 1. A key written twice in one object
 * is wrong too, because JSON.parse would silently drop the first. `name` says where the text came from.
 */
export function parseJson(text: string, name: string): unknown {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const fault = findFault(json);
  if (fault) {
    const before = json.slice(0, fault.at).split(/\r\n|\r|\n/);
    const line = before.length;
    const column = [...(before.at(-1) ?? "")].length + 1;
    throw new SafelightError(
      "invalid-input",
      `expected ${fault.expected} in ${name} at line ${line}, column ${column} but received ${foundAt(json, fault.at)}`,
    );
  }
  return JSON.parse(json);
}

interface JsonFault {
  readonly at: number;
  readonly expected: string;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})|[\x7f-\x9f])*"/uy;
const OTHER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

function findFault(json: string): JsonFault | undefined {
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(json);
    if (match) at = pattern.lastIndex;
    return match?.[0];
  };
  const next = (): string | undefined => {
    take(SPACE);
    return json[at];
  };
  const wrong = (expected: string, where = at): JsonFault => ({ at: where, expected });

  const value = (depth: number): JsonFault | undefined => {
    const first = next();
    if (first === "{" || first === "[") {
      if (depth === MAX_DEPTH) return wrong(`at most ${MAX_DEPTH} levels`);
      at += 1;
      return first === "{" ? object(depth + 1) : list(depth + 1);
    }
    return take(STRING) === undefined && take(OTHER) === undefined ? wrong("a JSON value") : undefined;
  };

  const object = (depth: number): JsonFault | undefined => {
    const keys = new Set<unknown>();
    if (next() === "}") return void at++;
    for (;;) {
      next();
      const start = at;
      const written = take(STRING);
      if (written === undefined) return wrong("a key in double quotes");
      const key: unknown = JSON.parse(written);
      if (keys.has(key)) return wrong("each key once", start);
      keys.add(key);
      if (next() !== ":") return wrong('":" after a key');
      at += 1;
      const fault = value(depth);
      if (fault) return fault;
      const end = next();
      if (end !== "," && end !== "}") return wrong('"," or "}" after a value');
      at += 1;
      if (end === "}") return undefined;
    }
  };

  const list = (depth: number): JsonFault | undefined => {
    if (next() === "]") return void at++;
    for (;;) {
      const fault = value(depth);
      if (fault) return fault;
      const end = next();
      if (end !== "," && end !== "]") return wrong('"," or "]" after a value');
      at += 1;
      if (end === "]") return undefined;
    }
  };

  const fault = value(0);
  if (fault) return fault;
  return next() === undefined ? undefined : wrong("the end of the text");
}

function foundAt(json: string, at: number): string {
  if (at >= json.length) return "the end of the text";
  const token = /^(?:"[^"\r\n]*"?|[\w.+-]+|.)/su.exec(json.slice(at, at + 40))?.[0] ?? "";
  return JSON.stringify(token);
}
