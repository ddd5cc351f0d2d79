import { getNodeValue, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import { quote, SafelightError } from "../../domain/model/errors.js";

/** Deeper than any configuration, and shallow enough for recursion. */
const MAX_DEPTH = 64;

/** The expected text, by the error code of the library. For all other codes it is a value. */
const EXPECTED: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a key in double quotes",
  ColonExpected: '":" after a key',
  CommaExpected: '"," after a value',
  CloseBraceExpected: '"," or "}" after a value',
  CloseBracketExpected: '"," or "]" after a value',
  EndOfFileExpected: "the end of the text",
};

/**
 * Parses JSON as people write it in files: comments, trailing commas and a byte order mark are allowed. Throws
 * `invalid-input` with the line and column of the error, counted from 1. A repeated key is an error too, because the first
 * value would be dropped silently. `name` is the name of the file in errors.
 */
export function parseJson(text: string, name: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  const refuse = (expected: string, at: number, length: number): never => {
    const lines = json.slice(0, at).split(/\r\n|\r|\n/);
    const column = [...(lines.at(-1) ?? "")].length + 1;
    const found = at >= json.length ? "the end of the text" : quote(json.slice(at, at + length));
    const message = `expected ${expected} in ${name} at line ${lines.length}, column ${column} but received ${found}`;
    throw new SafelightError("invalid-input", message);
  };
  const checkDepth = (at: number, length: number, _line: number, _column: number, path: () => unknown[]) => {
    if (path().length >= MAX_DEPTH) refuse(`at most ${MAX_DEPTH} levels`, at, length);
  };
  const keys = new Set<string>();
  const options = { allowTrailingComma: true };
  visit(
    json,
    {
      onObjectBegin: checkDepth,
      onArrayBegin: checkDepth,
      onObjectProperty: (key, at, length, _line, _column, path) => {
        const before = keys.size;
        if (keys.add(JSON.stringify([...path(), key])).size === before) refuse("each key once", at, length);
      },
      onError: (code, at, length) =>
        refuse(EXPECTED[printParseErrorCode(code)] ?? "a JSON value", at, length),
    },
    options,
  );
  const tree = parseTree(json, [], options);
  return tree && getNodeValue(tree);
}
