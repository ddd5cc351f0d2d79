import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { buildCommand } from "../entrypoints/cli/run-command.js";
import { ROOT } from "../support/repository.js";

/** Lists the imports of a built file: static ones or, with `late`, those that are loaded when it gets there. */
function listSpecifiers(file: string, { late = false } = {}): readonly string[] {
  const text = readFileSync(file, "utf8");
  const pattern = late ? /import\("([^"]+)"\)/g : /(?:from|import)\s*"([\w@./:-]+)"/g;
  return [...text.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []);
}

/** The files that are loaded with these, and the packages that they name. */
function loadAll(entries: readonly string[]) {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files)
    for (const specifier of listSpecifiers(file)) {
      if (specifier.startsWith(".")) files.add(join(dirname(file), specifier));
      else if (!isBuiltin(specifier)) packages.add(specifier);
    }
  return { files: files.size, packages: [...packages] };
}

describe("the start of the command", () => {
  beforeAll(() => buildCommand());

  it.each(["main.js", "start.js"])("loads no package before a command needs it (%s)", (name) => {
    const entry = join(ROOT, "dist", "entrypoints", "cli", name);
    const program = listSpecifiers(entry, { late: true }).map((path) => join(dirname(entry), path));
    expect(program).toHaveLength(1);
    const { files, packages } = loadAll([entry, ...program]);
    expect(packages).toEqual([]);
    expect(files).toBeLessThan(60);
  });
});
