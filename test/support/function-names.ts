import { type Node, type SourceFiles, visitSyntax } from "./source-imports.js";
import { NO_PARTICIPLES, PARTICIPLES, PREPOSITIONS, TEST_VERBS, VERBS } from "./verbs.js";

/** A function, method or function-valued constant, by the name that it is declared with. */
export interface NamedFunction {
  readonly file: string;
  readonly name: string;
}

/** Every function of these files that is declared by a name: also methods, their signatures, and constants. */
export function listFunctions(files: SourceFiles): readonly NamedFunction[] {
  const found: NamedFunction[] = [];
  for (const [file, text] of files)
    visitSyntax(file, text, (node) => {
      const name = readFunctionName(node);
      if (name !== undefined) found.push({ file, name });
    });
  return found;
}

/** Describes the fault in the name of a function of `file`, or returns `undefined` if the name begins with a verb. */
export function judgeFunctionName({ file, name }: NamedFunction): string | undefined {
  // React calls a function a component if it begins with a capital, and draws it as the thing that it is named by.
  if (file.endsWith(".tsx") && /^[A-Z][a-zA-Z]*$/.test(name)) return undefined;
  const words = splitWords(name);
  const [first = ""] = words;
  const last = words.at(-1) ?? "";
  if (first === "to" && words.length > 1) return undefined;
  if (PREPOSITIONS.has(first)) return `begins with the preposition "${first}"`;
  if (words.length > 1 && PREPOSITIONS.has(last)) return `ends with the preposition "${last}"`;
  if (isParticiple(first)) return `begins with the participle "${first}"`;
  const isForTests = !/^(?:src|infra)\//.test(file) || file.startsWith("src/testing/");
  const isVerb = VERBS.has(first) || (isForTests && TEST_VERBS.has(first));
  if (!isVerb) return `begins with "${first}", which is no verb of test/support/verbs.ts`;
  return undefined;
}

function isParticiple(word: string): boolean {
  return PARTICIPLES.has(word) || (/.(?:ed|ing)$/.test(word) && !NO_PARTICIPLES.has(word));
}

function splitWords(name: string): readonly string[] {
  return [...name.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)].map(([word]) => word.toLowerCase());
}

function readFunctionName(node: Node): string | undefined {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
      return readName(node.identifier);
    case "ClassMethod":
    case "PrivateMethod":
      return node.kind === "method" ? readName(node.key) : undefined;
    case "MethodProperty":
    case "TsMethodSignature":
      return readName(node.key);
    case "VariableDeclarator":
      return isFunction(node.init) ? readName(node.id) : undefined;
    case "ClassProperty":
    case "PrivateProperty":
      return isFunction(node.value) ? readName(node.key) : undefined;
    default:
      return undefined;
  }
}

function readName(key: unknown): string | undefined {
  const { type, value, id } = (key ?? {}) as Node;
  if (type === "PrivateName") return typeof value === "string" ? value : readName(id);
  return type === "Identifier" && typeof value === "string" ? value : undefined;
}

function isFunction(value: unknown): boolean {
  const { type } = (value ?? {}) as Node;
  return type === "ArrowFunctionExpression" || type === "FunctionExpression";
}
