import { describe, expect, it } from "@jest/globals";
import { findBareWhat, findMissingDefaults } from "../support/doc-comments.js";
import { EXCEPTIONS } from "../support/function-name-exceptions.js";
import { judgeFunctionName, listFunctions, type NamedFunction } from "../support/function-names.js";
import { listRepositoryFiles, readText } from "../support/repository.js";
import { readSources } from "../support/source-imports.js";
import { findBritishNames } from "../support/spelling.js";
import { PREPOSITIONS, TEST_VERBS, VERBS } from "../support/verbs.js";

const code = new Map([...readSources(process.cwd(), "src"), ...readSources(process.cwd(), "infra")]);
const scripts = listRepositoryFiles().filter((file) => /^(?:bench|scripts)\/.*\.[cm]?js$/.test(file));
const functions = listFunctions(
  new Map([
    ...code,
    ...readSources(process.cwd(), "test"),
    ...scripts.map((file) => [file, readText(file)] as const),
  ]),
);
const excepted = EXCEPTIONS.flatMap(({ names }) => names);

/** Every function without a verb, as `file: name and what is wrong with it`. */
function findBadNames(all: readonly NamedFunction[]): readonly string[] {
  return all.flatMap((one) => {
    const fault = excepted.includes(one.name) ? undefined : judgeFunctionName(one);
    return fault === undefined ? [] : [`${one.file}: ${one.name} ${fault}`];
  });
}

describe("the functions of src, infra, test, bench and scripts", () => {
  const names = functions.map(({ name }) => name);

  it("begin with a verb, and neither with a participle nor with a preposition", () => {
    expect(names.length).toBeGreaterThan(3_000);
    expect(scripts.length).toBeGreaterThan(80);
    expect(findBadNames(functions)).toEqual([]);
  });

  it("have no exception that nobody needs", () => {
    expect(excepted.filter((name) => !names.includes(name))).toEqual([]);
    expect(excepted.filter((name) => judgeFunctionName({ file: "src/a.ts", name }) === undefined)).toEqual(
      [],
    );
    expect([...VERBS, ...TEST_VERBS].filter((verb) => PREPOSITIONS.has(verb))).toEqual([]);
    expect([...TEST_VERBS].filter((verb) => VERBS.has(verb))).toEqual([]);
  });

  it.each([
    ["decoded", 'begins with the participle "decoded"', "export function decoded() {}"],
    ["made", 'begins with the participle "made"', "export const made = () => 1;"],
    ["blamingTheMark", 'begins with the participle "blaming"', "async function* blamingTheMark() {}"],
    ["inSrgb", 'begins with the preposition "in"', "const inSrgb = function () {};"],
    ["keyIn", 'ends with the preposition "in"', "class A { keyIn() {} }"],
    ["untilReady", 'begins with the preposition "until"', "class A { async #untilReady() {} }"],
    ["versionOf", 'ends with the preposition "of"', "export interface A { versionOf(key: string): string }"],
    ["toldOnce", 'begins with the participle "told"', "const a = { toldOnce() {} };"],
    [
      "httpStatus",
      'begins with "http", which is no verb of test/support/verbs.ts',
      "class A { #httpStatus = () => 1; }",
    ],
    [
      "unquoted",
      'begins with the participle "unquoted"',
      "export function f() { const unquoted = () => 1; }",
    ],
  ])("would be caught as %s", (name, fault, text) => {
    const found = findBadNames(listFunctions(new Map([["src/a.ts", text]]))).map((line) =>
      line.replace(/: f .*/, ""),
    );
    expect(found).toContain(`src/a.ts: ${name} ${fault}`);
  });

  it.each(["toHex", "isOpen", "embedFont", "readHttpStatus", "setUp", "cleanUp", "findByKey"])(
    "would pass as %s",
    (name) => {
      expect(judgeFunctionName({ file: "src/a.ts", name })).toBeUndefined();
    },
  );

  it("would pass as a component by a noun and as a hook by its verb, and only where components are", () => {
    const judge = (file: string, name: string) => judgeFunctionName({ file, name });
    expect(judge("src/entrypoints/dashboard/a.tsx", "ImageTile")).toBeUndefined();
    expect(judge("src/entrypoints/dashboard/a.tsx", "useImage")).toBeUndefined();
    expect(judge("src/entrypoints/dashboard/a.tsx", "imageTile")).toContain("which is no verb");
    expect(judge("src/entrypoints/dashboard/a.ts", "ImageTile")).toContain("which is no verb");
  });

  it("would pass with a verb of the tests only in the tests", () => {
    expect(judgeFunctionName({ file: "test/support/a.ts", name: "judgeRecord" })).toBeUndefined();
    expect(judgeFunctionName({ file: "src/a.ts", name: "judgeRecord" })).toContain("which is no verb");
  });
});

describe("names and comments", () => {
  it("are spelled as in America, tests included", () => {
    expect(findBritishNames(new Map([...code, ...readSources(process.cwd(), "test")]))).toEqual([]);
  });

  it("would be caught in another spelling", () => {
    const text = "export const a = { grey: 1 }; class A { #normaliseKey() {} } // colour in prose is prose";
    expect(findBritishNames(new Map([["src/behaviour.ts", text]]))).toEqual([
      "src/behaviour.ts: its name",
      "src/behaviour.ts: grey",
      "src/behaviour.ts: normaliseKey",
    ]);
  });

  it("name a thing: no doc comment of the repository begins with a bare What", () => {
    const files = listRepositoryFiles().filter((file) => /\.[cm]?[jt]sx?$/.test(file));
    expect(files.length).toBeGreaterThan(500);
    expect(findBareWhat(new Map(files.map((file) => [file, readText(file)])))).toEqual([]);
  });

  it("would be caught with a bare What on one line and on several", () => {
    const word = "What";
    const text = `/** ${word} it is. */\nconst a = 1;\n/**\n * ${word}\n * it says.\n */\nconst b = "/* ${word} */";\n/** Whatever. */`;
    expect(findBareWhat(new Map([["src/a.ts", text]]))).toEqual(["src/a.ts:1", "src/a.ts:3"]);
  });
});

describe("the construct's properties", () => {
  const files = listRepositoryFiles().filter((file) =>
    /^infra\/(?:props\/.*|image-pipeline-props)\.ts$/.test(file),
  );
  const text = files.map(readText).join("\n");

  it("that are optional say their default where CDK's tools read it", () => {
    expect(text.match(/^ +readonly \w+\?:/gm)?.length).toBeGreaterThan(30);
    expect(findMissingDefaults(text)).toEqual([]);
  });

  it("would be caught without one", () => {
    const props =
      "interface A {\n  /** Says. @default true */\n  readonly a?: 1;\n  readonly b?: 1;\n  /** Says. */\n  readonly c?: 1;\n  /**\n   * Says.\n   * @default - none\n   */\n  readonly d?: 1;\n  readonly e: 1;\n}\n";
    expect(findMissingDefaults(props)).toEqual(["b", "c"]);
  });
});
