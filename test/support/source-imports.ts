import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync } from "@swc/core";

/** Source text by path from the root of the repository, with forward slashes. */
export type SourceFiles = ReadonlyMap<string, string>;

/** One import, export-from, dynamic import or import type of a file. */
export interface SourceImport {
  /** As written, or `undefined` for a dynamic import of something that is not a literal. */
  readonly specifier: string | undefined;
  /** Leaves nothing behind at run time. */
  readonly typeOnly: boolean;
  /** The file of the repository that is meant; `undefined` for packages. */
  readonly target: string | undefined;
}

/** Every `.ts` and `.tsx` file below `folder`. */
export function readSources(root: string, folder: string): SourceFiles {
  const entries = readdirSync(posix.join(root, folder), { recursive: true, encoding: "utf8" });
  const names = entries.filter((name) => /\.tsx?$/.test(name)).sort();
  return new Map(
    names.map((name) => {
      const path = posix.join(folder, name.replaceAll("\\", "/"));
      return [path, readFileSync(posix.join(root, path), "utf8")];
    }),
  );
}

/** All imports of the file, from the syntax tree, so that comments and strings are not taken for imports. */
export function listImports(path: string, text: string): readonly SourceImport[] {
  const found: SourceImport[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean) =>
    found.push({ specifier, typeOnly, target: resolveTarget(path, specifier) });
  visitSyntax(path, text, (node) => {
    const source = readLiteral(node.source);
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        // `import { type A } from "x"` still loads "x": only a whole `import type` erases.
        if (source !== undefined) add(source, node.typeOnly === true);
        break;
      case "TsImportType":
        add(readLiteral(node.argument), true);
        break;
      case "CallExpression":
        if (isNode(node.callee) && node.callee.type === "Import") add(readFirstArgument(node), false);
        break;
    }
  });
  return found;
}

/** A node of the syntax tree: `type` says which. */
export type Node = Readonly<Record<string, unknown>>;

/** Calls `seen` for every node of the file's syntax tree. */
export function visitSyntax(path: string, text: string, seen: (node: Node) => void): void {
  visit(parseSource(path, text), seen);
}

function parseSource(path: string, text: string): unknown {
  try {
    return parseSync(text, { syntax: "typescript", tsx: path.endsWith("x"), target: "es2022" });
  } catch (cause) {
    throw new Error(`${path} does not parse as TypeScript`, { cause });
  }
}

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, seen);
  else if (isNode(value)) {
    seen(value);
    for (const inner of Object.values(value)) visit(inner, seen);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readLiteral(value: unknown): string | undefined {
  return isNode(value) && value.type === "StringLiteral" && typeof value.value === "string"
    ? value.value
    : undefined;
}

function readFirstArgument(call: Node): string | undefined {
  const first: unknown = Array.isArray(call.arguments) ? call.arguments[0] : undefined;
  return isNode(first) ? readLiteral(first.expression) : undefined;
}

function resolveTarget(path: string, specifier: string | undefined): string | undefined {
  if (!specifier?.startsWith(".")) return undefined;
  return posix.join(posix.dirname(path), specifier).replace(/\.js(x?)$/, ".ts$1");
}
