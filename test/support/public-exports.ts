import { posix } from "node:path";
import type { SourceFiles } from "./source-imports.js";

/** One declaration that a package entry point exports. */
export interface PublicExport {
  readonly file: string;
  readonly name: string;
  /** Whether a doc comment stands right before it. */
  readonly documented: boolean;
}

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:interface|type|class|function\*?|const|let) (\w+)/;
const REEXPORT = /^export (?:type )?(?:\*|\{([^}]*)\}) from "([^"]+)";/gms;

/**
 * Lists the exports of these entry points, followed through `export ... from` to the declarations. Reads the text
 * and not the syntax tree, because the tree has no comments; the formatter sees to it that the text has one shape.
 */
export function listPublicExports(
  files: SourceFiles,
  entryPoints: readonly string[],
): readonly PublicExport[] {
  const found = new Map<string, PublicExport>();
  const follow = (file: string, wanted: ReadonlySet<string> | "all"): void => {
    const text = files.get(file);
    if (text === undefined) throw new Error(`there is no source file ${file}`);
    for (const one of listDeclarations(file, text)) {
      if (wanted !== "all" && !wanted.has(one.name)) continue;
      const id = `${file}#${one.name}`;
      // The comment of an overloaded function stands before its first signature.
      found.set(id, { ...one, documented: one.documented || found.get(id)?.documented === true });
    }
    for (const [, names, specifier] of text.matchAll(REEXPORT)) {
      const target = posix.join(posix.dirname(file), String(specifier)).replace(/\.js$/, ".ts");
      const passed = names === undefined ? wanted : pickWanted(names, wanted);
      if (passed === "all" || passed.size > 0) follow(target, passed);
    }
  };
  for (const entryPoint of entryPoints) follow(entryPoint, "all");
  return [...found.values()];
}

/** The names in `{ a, type B, c as d }`, as they are called where they come from. */
function pickWanted(names: string, wanted: ReadonlySet<string> | "all"): ReadonlySet<string> {
  const pairs = names
    .split(",")
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "")
    .map((name) => name.split(" as "));
  const kept = pairs.filter(([from, to]) => wanted === "all" || wanted.has(String(to ?? from)));
  return new Set(kept.map(([from]) => String(from)));
}

function listDeclarations(file: string, text: string): readonly PublicExport[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = DECLARATION.exec(line)?.[1];
    if (name === undefined) return [];
    return [{ file, name, documented: lines[index - 1]?.trimEnd().endsWith("*/") === true }];
  });
}
