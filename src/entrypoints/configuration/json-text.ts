import { getNodeValue, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import { SafelightError, shown } from "../../domain/model/errors.js";

/** Deeper than any configuration, and shallow enough to walk by recursion. */
const MAX_DEPTH = 64;

/** What stands where the library found something else; for what is no token at all, a value. */
const EXPECTED: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a key in double quotes",
  ColonExpected: '":" after a key',
  CommaExpected: '"," after a value',
  CloseBraceExpected: '"," or "}" after a value',
  CloseBracketExpected: '"," or "]" after a value',
  EndOfFileExpected: "the end of the text",
};

/**
 * Parses JSON as people write it into files: with comments, a comma after the last value and a byte order mark if they
 * like. Everything else that is wrong throws `invalid-input` with the line and column where it is wrong, both counted
 * from 1. A key written twice in one object is wrong too, because the first would silently be dropped. `name` says where
 * the text came from.
 */
export function parseJson(text: string, name: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  const refuse = (expected: string, at: number, length: number): never => {
    const lines = json.slice(0, at).split(/\r\n|\r|\n/);
    const column = [...(lines.at(-1) ?? "")].length + 1;
    const found = at >= json.length ? "the end of the text" : shown(json.slice(at, at + length));
    const told = `expected ${expected} in ${name} at line ${lines.length}, column ${column} but received ${found}`;
    throw new SafelightError("invalid-input", told);
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
