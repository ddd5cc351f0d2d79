import { beforeAll, describe, expect, it } from "@jest/globals";
import { findUnnameable } from "../support/export-closure.js";
import { ROOT } from "../support/repository.js";
import { readSources, type SourceFiles } from "../support/source-imports.js";

/** The emitted declarations by path, as if they were the sources that they describe. */
function readDeclarations(): SourceFiles {
  const emitted = [...readSources(ROOT, "dist")].filter(([path]) => path.endsWith(".d.ts"));
  return new Map(emitted.map(([path, text]) => [path.replace(/\.d\.ts$/, ".ts"), text]));
}

describe("what the package exports, after npm run build", () => {
  let declarations: SourceFiles;

  beforeAll(() => {
    declarations = readDeclarations();
  });

  it("uses only types that safelight exports, so that an adapter can name every type of its port", () => {
    expect(findUnnameable(declarations, "dist/index.ts")).toEqual([]);
  });

  it("uses only types that safelight and safelight/testing export, so that a harness can name every type of its contract", () => {
    expect(findUnnameable(declarations, "dist/testing/index.ts", ["dist/index.ts"])).toEqual([]);
  });
});

describe("a type that cannot be named", () => {
  const index = `export * from "./port.js";\nexport type { Shown } from "./model.js";\n`;
  const declareInPort = (declaration: string) =>
    `import type { Hidden, Shown } from "./model.js";\nimport type { Other } from "package";\n${declaration}\n`;
  const model = "export interface Hidden {\n}\nexport interface Shown {\n}\n";
  const declareInIndex = (declaration: string) =>
    findUnnameable(
      new Map([
        ["dist/index.ts", index],
        ["dist/port.ts", declareInPort(declaration)],
        ["dist/model.ts", model],
      ]),
      "dist/index.ts",
    );

  it.each([
    ["a field", "export interface Port {\n  field: Hidden;\n}"],
    [
      "an argument deep in a method",
      "export interface Port {\n  method(a: readonly { b?: Promise<Hidden> }[]): void;\n}",
    ],
    ["what an interface extends", "export interface Port extends Hidden {\n}"],
    ["a result of a function", "export declare function Port(): Hidden | undefined;"],
    ["a constant", "export declare const Port: Hidden;"],
    ["a member of a class", "export declare class Port {\n  method(): Hidden;\n}"],
    ["an alias", `export type Port = Pick<Hidden, never> & Shown;`],
  ])("is found in %s", (_where, declaration) => {
    expect(declareInIndex(declaration)).toEqual(["Port names Hidden of dist/model.ts"]);
  });

  it("is found if it is declared in the same file as the export that uses it", () => {
    expect(declareInIndex("interface Local {\n}\nexport type Port = Local;")).toEqual([
      "Port names Local of dist/port.ts",
    ]);
  });

  it("is not an exported type, a type of another package, a global type or a type parameter", () => {
    expect(
      declareInIndex(
        "export interface Port<T> {\n  a: Shown;\n  b: Other;\n  c: Promise<T>;\n  d: Port<T>;\n}",
      ),
    ).toEqual([]);
  });
});
