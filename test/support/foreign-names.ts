import { type Node, type SourceFiles, visitSyntax } from "./source-imports.js";

/** Names that the domain and the ports must not use: services of one vendor, libraries, a protocol. */
const FOREIGN = new Set([
  ...[
    "s3",
    "sqs",
    "sns",
    "lambda",
    "dynamo",
    "dynamodb",
    "rekognition",
    "cloudfront",
    "aws",
    "amazon",
    "azure",
  ],
  ...["postgres", "postgresql", "sqlite", "libsql"],
  ...["sharp", "vips", "libvips", "libjpeg", "mozjpeg", "http", "https"],
]);

/**
 * Every identifier, string, template, pattern and file name that names something foreign, as `file: text`. Read from the
 * syntax tree: comments may cite their sources.
 */
export function findForeignNames(files: SourceFiles): readonly string[] {
  const found: string[] = [];
  for (const [path, text] of files) {
    const look = (words: string) => {
      if (isForeign(words)) found.push(`${path}: ${words}`);
    };
    look(path.replace(/^src\/|\.tsx?$/g, ""));
    visitSyntax(path, text, (node) => collectTexts(node).forEach(look));
  }
  return found;
}

function collectTexts(node: Node): readonly string[] {
  switch (node.type) {
    case "Identifier":
    case "StringLiteral":
    case "PrivateName":
      return collectStrings(node.value);
    case "TemplateElement":
      return collectStrings(node.cooked ?? node.raw);
    case "RegExpLiteral":
      return collectStrings(node.pattern);
    default:
      return [];
  }
}

function collectStrings(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}

/** Whether a word of the text is foreign, or two that follow each other are when they are joined. */
function isForeign(text: string): boolean {
  const words = [...text.matchAll(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*/g)].map(([word]) => word.toLowerCase());
  return words.some((word, index) =>
    [word, word.replace(/\d+$/, ""), `${words[index - 1]}${word}`].some((name) => FOREIGN.has(name)),
  );
}
