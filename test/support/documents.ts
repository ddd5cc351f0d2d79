import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseFences } from "./markdown.js";
import { ROOT, readText } from "./repository.js";

/** Folders that hold no document of this project. */
const SKIPPED = new Set(["node_modules", "dist", "cdk.out", "coverage", ".git"]);

/** The path of every Markdown file in the repository. */
export const DOCUMENTS: readonly string[] = [...findDocuments("")].sort();

function findDocuments(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : findDocuments(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** A link to a place in the repository: a path, an anchor, or both. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** The links of a Markdown text that lead to files or headings, not to other sites. */
export function findLinks(markdown: string): readonly Link[] {
  return stripFences(markdown).flatMap((line, index) =>
    [...line.replaceAll(/`[^`]*`/g, (code) => "x".repeat(code.length)).matchAll(LINK)]
      .map(([, inline, reference]) => String(inline ?? reference))
      .filter((target) => !/^(?:[a-z]+:|\/\/)/i.test(target))
      .map((target) => ({ target, line: index + 1 })),
  );
}

const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g;

/** Why a link of this document leads nowhere, or `undefined` if it leads somewhere. */
export function explainDeadLink(
  document: string,
  { target }: Link,
  read: (path: string) => string = readText,
): string | undefined {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : join(dirname(document), decodeURI(path));
  if (!existsSync(join(ROOT, file))) return `${file} does not exist`;
  if (anchor === undefined || !file.endsWith(".md")) return undefined;
  return findAnchors(read(file)).has(anchor) ? undefined : `${file} has no heading for #${anchor}`;
}

/** The anchors that GitHub gives to the headings of a Markdown text. */
export function findAnchors(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of stripFences(markdown)) {
    const heading = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    let free = anchor;
    for (let count = 1; anchors.has(free); count++) free = `${anchor}-${count}`;
    anchors.add(free);
  }
  return anchors;
}

/** The file that a block of code is, if its first line names one. */
export function findFileName(code: string): string | undefined {
  return /^\/\/ (\S+\.[jt]s)\n/.exec(code)?.[1];
}

/** The lines of a Markdown text, empty within fences, so that line numbers stay. */
function stripFences(markdown: string): readonly string[] {
  let isOpen = false;
  return markdown.split("\n").map((line) => {
    if (!/^\s*```/.test(line)) return isOpen ? "" : line;
    isOpen = !isOpen;
    return "";
  });
}

/** The code-like names in backticks: `camelCase`, `PascalCase`, `--flags`. Commands of AWS's own tool are left out. */
export function findNames(markdown: string): ReadonlySet<string> {
  const spans = [
    ...stripFences(markdown)
      .join("\n")
      .matchAll(/`([^`]+)`/g),
  ].map(([, code]) => String(code));
  const names = spans.filter((code) => !/^aws\s/.test(code)).flatMap((code) => [...code.matchAll(NAME)]);
  return new Set(names.map(([name]) => name));
}

const NAME = /(?<![\w/.-])(?:--[a-z][a-z-]+|[A-Za-z]+(?:[a-z0-9][A-Z]|[A-Z][a-z])\w*)/g;

/** Every fenced block of every document in one of these languages, or in all. */
export function findBlocks(...languages: readonly string[]) {
  return DOCUMENTS.flatMap((document) =>
    parseFences(readText(document))
      .filter(({ language }) => languages.length === 0 || languages.includes(language))
      .map((fence) => ({ ...fence, where: `${document}:${fence.line}` })),
  );
}
