import { describe, expect, it } from "@jest/globals";
import { findBreaches } from "../support/import-law.js";
import { listImports, readSources, type SourceFiles } from "../support/source-imports.js";

/** A small house that keeps the law. */
const HOUSE: Readonly<Record<string, string>> = {
  "src/index.ts": `export * from "./domain/define-pipeline.js";\nexport type * from "./ports/store.js";`,
  "src/domain/model/page.ts": "export interface Page<T> { items: T[] }",
  "src/domain/model/digest.ts": `import { createHash } from "node:crypto";\nexport const sha = createHash;`,
  "src/domain/use-cases/list.ts": `import type { Store } from "../../ports/store.js";\nexport class List { constructor(readonly p: Store) {} }`,
  "src/domain/pipeline.ts": `import type { List } from "./use-cases/list.js";\nexport interface Pipeline { list: List }`,
  "src/domain/define-pipeline.ts": `import type { Pipeline } from "./pipeline.js";\nimport { List } from "./use-cases/list.js";\nexport const define = (): Pipeline => ({ list: List });`,
  "src/ports/store.ts": `import type { Page } from "../domain/model/page.js";\nexport interface Store { list(): Page<string> }`,
  "src/ports/contracts/store.ts": `import assert from "node:assert/strict";\nimport fc from "fast-check";\nexport const laws = [assert, fc];`,
  "src/adapters/sharp/index.ts": `import sharp from "sharp";\nexport const engine = sharp;`,
  "src/adapters/sharp/inspect/index.ts": `export { sniff } from "./sniff.js";`,
  "src/adapters/sharp/inspect/sniff.ts": "export const sniff = () => true;",
  "src/adapters/memory/index.ts": `import { sha } from "../../domain/model/digest.js";\nexport const memory = sha;`,
  "src/entrypoints/container/token.ts": "export const token = Symbol();",
  "src/entrypoints/container/memory-module.ts": `import { Container } from "inversify";\nimport { memory } from "../../adapters/memory/index.js";\nexport const m = [Container, memory];`,
  "src/entrypoints/container/compose.ts": `import { define } from "../../domain/define-pipeline.js";\nexport const compose = define;`,
  "src/entrypoints/http/problem.ts": `import { sniff } from "../../adapters/sharp/inspect/index.js";\nexport const status = sniff;`,
  "src/entrypoints/http/client/client.ts": `import type { Page } from "../../../domain/model/page.js";\nexport type List = Page<string>;`,
  "src/entrypoints/files/read.ts": `import { open } from "node:fs/promises";\nexport const read = open;`,
  "src/entrypoints/server/follow.ts": `import { read } from "../files/read.js";\nexport const follow = read;`,
  "src/entrypoints/configuration/schema.ts": `import { z } from "zod";\nexport const schema = z;`,
  "infra/image-pipeline.ts": `import { Stack } from "aws-cdk-lib";\nimport { schema } from "../src/entrypoints/configuration/schema.js";\nexport const p = [Stack, schema];`,
  "src/entrypoints/cli/main.ts": `import { Command } from "commander";\nawait import("../container/memory-module.js");\nexport const c = Command;`,
};

function plantFiles(files: Readonly<Record<string, string>>): SourceFiles {
  return new Map(Object.entries({ ...HOUSE, ...files }));
}

describe("the import law", () => {
  it("is kept by every file of src and infra", () => {
    const sources = new Map([...readSources(process.cwd(), "src"), ...readSources(process.cwd(), "infra")]);
    expect(sources.size).toBeGreaterThan(30);
    expect(findBreaches(sources)).toEqual([]);
  });

  it("has nobody import the decoder of HEIC: one file of the engine and one of the construct find it", () => {
    const sources = new Map([...readSources(process.cwd(), "src"), ...readSources(process.cwd(), "infra")]);
    const listed = [...sources].flatMap(([path, text]) => listImports(path, text));
    expect(listed.filter(({ specifier }) => specifier?.startsWith("libheif"))).toEqual([]);
    const finding = [...sources].filter(([, text]) => text.includes('PACKAGE = "libheif-js"'));
    expect(finding.map(([path]) => path)).toEqual([
      "src/adapters/sharp/heic/libheif.ts",
      "infra/parts/heic-decoder.ts",
    ]);
  });

  it("finds nothing in sources that keep it", () => {
    expect(findBreaches(plantFiles({}))).toEqual([]);
  });

  it.each([
    [
      "the model importing sharp",
      "src/domain/model/a.ts",
      `import sharp from "sharp";\nexport const a = sharp;`,
    ],
    ["the model importing Node", "src/domain/model/a.ts", `import "node:fs";`],
    [
      "the model importing a port",
      "src/domain/model/a.ts",
      `import type { Store } from "../../ports/store.js";`,
    ],
    ["the model importing a use case", "src/domain/model/a.ts", `export * from "../use-cases/list.js";`],
    [
      "a use case importing an adapter",
      "src/domain/use-cases/a.ts",
      `import "../../adapters/memory/index.js";`,
    ],
    ["a use case importing Node", "src/domain/use-cases/a.ts", `import "node:crypto";`],
    [
      "a use case loading a port at run time",
      "src/domain/use-cases/a.ts",
      `import { type Store } from "../../ports/store.js";`,
    ],
    ["the pipeline importing zod", "src/domain/define-pipeline.ts", `export { z } from "zod";`],
    [
      "the verbs of a pipeline running a use case",
      "src/domain/pipeline.ts",
      `import { List } from "./use-cases/list.js";`,
    ],
    [
      "a port loading the model at run time",
      "src/ports/a.ts",
      `import { type Page } from "../domain/model/page.js";`,
    ],
    ["a port importing another port", "src/ports/a.ts", `import type { Store } from "./store.js";`],
    ["a port importing a package's types", "src/ports/a.ts", `import type { Sharp } from "sharp";`],
    ["a port with a runtime export", "src/ports/a.ts", "export const LIMIT = 1000;"],
    ["a port with a side effect", "src/ports/a.ts", "globalThis.name;"],
    ["a contract importing jest", "src/ports/contracts/a.ts", `import "@jest/globals";`],
    [
      "a contract importing an adapter",
      "src/ports/contracts/a.ts",
      `import "../../adapters/memory/index.js";`,
    ],
    ["the histories importing jest", "src/testing/a.ts", `import "@jest/globals";`],
    ["the histories importing an adapter", "src/testing/a.ts", `import "../adapters/memory/index.js";`],
    [
      "a contract importing the histories",
      "src/ports/contracts/a.ts",
      `import "../../testing/histories.js";`,
    ],
    ["an adapter importing another family", "src/adapters/local/a.ts", `import "../memory/index.js";`],
    [
      "an adapter importing another family's type",
      "src/adapters/local/a.ts",
      `type A = import("../memory/index.js").A;`,
    ],
    ["an adapter importing another family's SDK", "src/adapters/memory/a.ts", `import "sharp";`],
    [
      "an adapter importing the container",
      "src/adapters/memory/a.ts",
      `import "../../entrypoints/container/token.js";`,
    ],
    ["an adapter importing inversify", "src/adapters/memory/a.ts", `await import("inversify");`],
    [
      "a module importing another family",
      "src/entrypoints/container/local-module.ts",
      `import "../../adapters/memory/index.js";`,
    ],
    [
      "the container importing a family outside a module",
      "src/entrypoints/container/token.ts",
      `import "../../adapters/memory/index.js";`,
    ],
    ["the container importing a shell", "src/entrypoints/container/a.ts", `import "../cli/main.js";`],
    [
      "the configuration importing an adapter",
      "src/entrypoints/configuration/a.ts",
      `import "../../adapters/memory/index.js";`,
    ],
    [
      "a shell importing what an engine's room does not name for others",
      "src/entrypoints/http/a.ts",
      `import "../../adapters/sharp/inspect/sniff.js";`,
    ],
    ["a shell importing inversify", "src/entrypoints/cli/a.ts", `import { Container } from "inversify";`],
    [
      "a shell importing a container's internals",
      "src/entrypoints/cli/a.ts",
      `import "reflect-metadata/lite";`,
    ],
    ["the construct importing a use case", "infra/a.ts", `import "../src/domain/use-cases/list.js";`],
    ["the construct importing an adapter", "infra/a.ts", `import "../src/adapters/memory/index.js";`],
    ["the construct importing an SDK", "infra/a.ts", `import "@aws-sdk/client-s3";`],
    [
      "a shell building an adapter",
      "src/entrypoints/server/a.ts",
      `import { memory } from "../../adapters/memory/index.js";`,
    ],
    [
      "a shell putting a pipeline together",
      "src/entrypoints/lambda/a.ts",
      `import { define } from "../../domain/define-pipeline.js";`,
    ],
    [
      "a module putting a pipeline together",
      "src/entrypoints/container/local-module.ts",
      `import { define } from "../../domain/define-pipeline.js";`,
    ],
    [
      "a shell running a use case by itself",
      "src/entrypoints/server/a.ts",
      `import { List } from "../../domain/use-cases/list.js";`,
    ],
    [
      "the client of browsers loading the domain",
      "src/entrypoints/http/client/a.ts",
      `import { sha } from "../../../domain/model/digest.js";`,
    ],
    [
      "the client of browsers importing the API",
      "src/entrypoints/http/client/a.ts",
      `import "../problem.js";`,
    ],
    [
      "what shells share importing a shell",
      "src/entrypoints/files/a.ts",
      `import { follow } from "../server/follow.js";`,
    ],
    [
      "a shell importing the construct",
      "src/entrypoints/cli/a.ts",
      `import "../../../infra/image-pipeline.js";`,
    ],
    ["a dynamic import that cannot be read", "src/entrypoints/cli/a.ts", "await import(process.argv[2]);"],
    ["an import of a file that is not there", "src/entrypoints/cli/a.ts", `import "./b.js";`],
    ["a file outside the house", "src/utils.ts", `import "node:fs";`],
  ])("catches %s", (_name, path, text) => {
    // An import the wrong way closes a circle of folders as well, which has tests of its own.
    const breaches = findBreaches(plantFiles({ [path]: text })).filter(
      (one) => !one.startsWith("circle of folders"),
    );
    expect(breaches).not.toEqual([]);
    for (const breach of breaches) expect(breach).toContain(path);
  });

  it("catches a circle, also one of types", () => {
    const circle = {
      "src/domain/model/a.ts": `import type { B } from "./b.js";\nexport type A = B[];`,
      "src/domain/model/b.ts": `import type { C } from "./c.js";\nexport type B = C;`,
      "src/domain/model/c.ts": `import type { A } from "./a.js";\nexport type C = A;`,
    };
    expect(findBreaches(plantFiles(circle))).toEqual([
      "circle: src/domain/model/a.ts -> src/domain/model/b.ts -> src/domain/model/c.ts -> src/domain/model/a.ts",
    ]);
  });

  it("catches a circle among the folders of the entrypoints, although no file is in a circle", () => {
    const circle = {
      "src/entrypoints/cli/serve.ts": `await import("../server/listen.js");`,
      "src/entrypoints/server/listen.ts": `import type { Exit } from "../cli/exit.js";\nexport type Code = Exit;`,
      "src/entrypoints/cli/exit.ts": "export type Exit = number;",
    };
    expect(findBreaches(plantFiles(circle))).toEqual(["circle of folders: server -> cli -> server"]);
  });

  it("catches a dependency that the root export would load", () => {
    const breaches = findBreaches(
      plantFiles({
        "src/domain/model/digest.ts": `export { z as sha } from "zod";`,
        "src/domain/define-pipeline.ts": `export * from "./model/digest.js";`,
      }),
    );
    expect(breaches).toContain("src/index.ts loads zod through src/domain/model/digest.ts");
  });

  it("does not take comments and strings for imports", () => {
    const text = `// import sharp from "sharp";\n/* import("sharp") */\nexport const text = 'import "sharp"';`;
    expect(findBreaches(plantFiles({ "src/domain/model/a.ts": text }))).toEqual([]);
  });
});
