import { describe, expect, it } from "@jest/globals";
import { listPublicExports } from "../support/public-exports.js";
import { ROOT, readText } from "../support/repository.js";
import { readSources } from "../support/source-imports.js";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The source files behind the package's exports. */
function listEntryPoints(): readonly string[] {
  const { exports } = JSON.parse(readText("package.json")) as Manifest;
  return Object.values(exports).flatMap((target) =>
    typeof target === "string"
      ? []
      : [
          target.default
            .replace(/^\.\/dist\/(?!infra\/)/, "src/")
            .replace(/^\.\/dist\//, "")
            .replace(/\.js$/, ".ts"),
        ],
  );
}

const findUndocumented = (files: ReadonlyMap<string, string>, from: readonly string[]) =>
  listPublicExports(files, from)
    .filter(({ documented }) => !documented)
    .map(({ file, name }) => `${file}: ${name}`);

describe("what the package exports", () => {
  it("has a doc comment each", () => {
    const sources = new Map([...readSources(ROOT, "src"), ...readSources(ROOT, "infra")]);
    expect(listPublicExports(sources, listEntryPoints()).length).toBeGreaterThan(40);
    expect(findUndocumented(sources, listEntryPoints())).toEqual([]);
  });

  it("would be caught without one, through any way of exporting it, and only then", () => {
    const files = new Map([
      ["src/index.ts", `export * from "./a.js";\nexport {\n  type B,\n  c as d,\n} from "./b.js";\n`],
      ["src/a.ts", `/** Says it. */\nexport const said = 1;\n\nexport interface Unsaid {}\n`],
      ["src/b.ts", `export type B = 1;\n\nexport function c() {}\n\nexport class Internal {}\n`],
    ]);
    expect(findUndocumented(files, ["src/index.ts"])).toEqual([
      "src/a.ts: Unsaid",
      "src/b.ts: B",
      "src/b.ts: c",
    ]);
  });
});
