import { describe, expect, it } from "@jest/globals";
import { listRepositoryFiles, readText } from "../support/repository.js";
import { visitSyntax } from "../support/source-imports.js";

interface Leftover {
  readonly name: string;
  readonly pattern: RegExp;
  readonly files: RegExp;
  /** A line that must be found, put together so that this file itself stays clean. */
  readonly example: string;
}

const CODE = /\.(?:ts|tsx|js|mjs)$/;
const TEXT = /\.(?:ts|tsx|js|mjs|json|md|yml|yaml)$|(?:^|\/)(?:run|\.npmrc|\.gitignore)$/;
const TESTS = /^test\/.*\.ts$/;

const LEFTOVERS: readonly Leftover[] = [
  {
    name: "a note to do something later",
    pattern: /\b(?:TO[D]O|FI[X]ME|X{3}|HA[C]K)\b/,
    files: TEXT,
    example: `// ${"TO"}${"DO"} later`,
  },
  {
    name: "an error that is ignored",
    pattern: /@ts-(?:ignore|nocheck)/,
    files: CODE,
    example: `// @ts-${"ig"}${"nore"}`,
  },
  {
    name: "a test that is skipped or runs alone",
    pattern:
      /\b(?:it|test|describe|each)\.(?:only|skip|todo|failing)\b|\b(?:xit|xtest|xdescribe|fdescribe)\(/,
    files: TESTS,
    example: `it.${"sk"}${"ip"}("x", () => {})`,
  },
  {
    name: "a path of somebody's machine",
    pattern: /(?<![\w.:/-])\/(?:work|home|Users|root)\/[\w.]|\b[A-Z]:\\\\?Users/,
    files: TEXT,
    example: `"/${"ho"}${"me"}/me/x"`,
  },
  {
    name: "a use case that is a class: see CONTRIBUTING.md",
    pattern: /^export (?:default )?(?:abstract )?class\b/,
    files: /^src\/domain\/use-cases\/.*\.ts$/,
    example: "export class SettleImage {",
  },
  {
    name: "a form of its own for what CallOptions says",
    pattern: /(?:readonly|[{;]) signal\?: AbortSignal\b/,
    files: /^src\/(?:domain|ports|adapters)\/(?!call-options).*\.ts$/,
    example: "  readonly signal?: AbortSignal;",
  },
  {
    name: "the address of a registry",
    pattern: /registry\.[\w.-]+\.(?:org|com)|"resolved"[:] "/,
    files: TEXT,
    example: `"resolved${'": "'}https:"`,
  },
];

describe("the repository", () => {
  const files = listRepositoryFiles();

  it.each(LEFTOVERS)("holds no line with $name", ({ pattern, files: where }) => {
    const lines = files.filter((path) => where.test(path)).flatMap(readLines);
    expect(lines.length).toBeGreaterThan(100);
    const found = lines
      .filter(({ text }) => pattern.test(text))
      .map(({ at, text }) => `${at} ${text.trim()}`);
    expect(found).toEqual([]);
  });

  it("switches type checking off nowhere", () => {
    const sources = files.filter((path) => /\.tsx?$/.test(path));
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((path) => countAnys(path, readText(path)) > 0)).toEqual([]);
    const type = "any";
    expect(countAnys("a.ts", `/* any */ const any = x as ${type}; let y: Map<string, ${type}>;`)).toBe(2);
  });

  it.each(LEFTOVERS)("would be caught with $name", ({ pattern, example }) => {
    expect(example).toMatch(pattern);
  });
});

function countAnys(path: string, text: string): number {
  let found = 0;
  visitSyntax(path, text, (node) => {
    if (node.type === "TsKeywordType" && node.kind === "any") found++;
  });
  return found;
}

function readLines(path: string): readonly { at: string; text: string }[] {
  return readText(path)
    .split("\n")
    .map((text, index) => ({ at: `${path}:${index + 1}`, text }));
}
