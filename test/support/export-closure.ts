import { posix } from "node:path";
import { listPublicExports, type PublicExport } from "./public-exports.js";
import { type Node, type SourceFiles, visitSyntax } from "./source-imports.js";

/** Where a name of a file was declared. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

/**
 * Finds the types that exports of an entry point use and that an importer cannot name: `A names B of src/b.ts`. Reads
 * emitted declarations, which hold every type, written or inferred, and nothing that is private. `also` are entry
 * points whose exports count as well.
 */
export function findUnnameable(
  declarations: SourceFiles,
  entryPoint: string,
  also: readonly string[] = [],
): readonly string[] {
  const formatId = ({ file, name }: Origin) => `${file}#${name}`;
  const exported = listPublicExports(declarations, [entryPoint]);
  const nameable = new Set([...exported, ...listPublicExports(declarations, also)].map(formatId));
  const missing = exported.flatMap((one) =>
    listNames(declarations, one)
      .filter((origin) => !nameable.has(formatId(origin)))
      .map((origin) => `${one.name} names ${origin.name} of ${origin.file}`),
  );
  return [...new Set(missing)].sort();
}

/** The declarations of the package that one declaration names. */
function listNames(files: SourceFiles, { file, name }: PublicExport): readonly Origin[] {
  const text = files.get(file) ?? "";
  const imports = new Map<string, Origin>();
  const locals = new Set<string>();
  const named = new Set<string>();
  visitSyntax(file, text, (node) => {
    if (node.type === "ImportDeclaration") {
      for (const [local, origin] of listImported(file, node)) imports.set(local, origin);
    }
    const declared = listDeclared(node);
    for (const one of declared) locals.add(one);
    if (declared.includes(name)) visitNames(node, (used) => named.add(used));
  });
  return [...named].flatMap((used) => {
    const origin =
      imports.get(used) ?? (locals.has(used) && used !== name ? { file, name: used } : undefined);
    // A file that passes a name on is not where it was declared.
    return origin ? [findDeclaration(files, origin)] : [];
  });
}

/** Follows `export ... from` to the declaration. */
function findDeclaration(files: SourceFiles, origin: Origin): Origin {
  const found = listPublicExports(files, [origin.file]).find(({ name }) => name === origin.name);
  return found ? { file: found.file, name: found.name } : origin;
}

function listImported(file: string, { source, specifiers }: Node): readonly (readonly [string, Origin])[] {
  const from = String((source as Node).value);
  if (!from.startsWith(".")) return [];
  const target = posix.join(posix.dirname(file), from).replace(/\.js$/, ".ts");
  return (specifiers as readonly Node[]).map((specifier) => {
    const local = String((specifier.local as Node).value);
    const imported = specifier.imported as Node | null | undefined;
    return [local, { file: target, name: imported ? String(imported.value) : local }];
  });
}

/** The names that a statement declares. */
function listDeclared(node: Node): readonly string[] {
  switch (node.type) {
    case "TsInterfaceDeclaration":
    case "TsTypeAliasDeclaration":
      return [String((node.id as Node).value)];
    case "ClassDeclaration":
    case "FunctionDeclaration":
      return [String((node.identifier as Node).value)];
    case "VariableDeclaration":
      return (node.declarations as readonly Node[]).map(({ id }) => String((id as Node).value));
    default:
      return [];
  }
}

/** The types that are named anywhere below a node. */
function visitNames(value: unknown, seen: (name: string) => void): void {
  if (Array.isArray(value)) for (const item of value) visitNames(item, seen);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const node = value as Node;
  const name =
    node.type === "TsTypeReference"
      ? node.typeName
      : node.type === "TsTypeQuery"
        ? node.exprName
        : node.type === "TsExpressionWithTypeArguments"
          ? node.expression
          : node.type === "ClassDeclaration"
            ? node.superClass
            : undefined;
  const identifier = name as Node | undefined | null;
  if (identifier?.type === "Identifier") seen(String(identifier.value));
  for (const inner of Object.values(node)) visitNames(inner, seen);
}
