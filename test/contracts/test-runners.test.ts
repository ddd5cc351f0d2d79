import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { build } from "esbuild";
import { runFamily } from "../../src/testing/index.js";
import { MEMORY_FAMILY } from "../support/families/memory.js";
import { MEMORY_HARNESSES } from "../support/families/memory-harnesses.js";
import { ROOT } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";
import { RUNNERS, runInProject } from "../support/test-runners.js";

const it = takeSampleOfTests(3);

/** In memory where the system has such a place. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** The packages that the laws and the runners are, apart from the code under test. */
const PACKAGES = ["fast-check", "jest", "@jest/globals", "vitest"];

const FUNCTIONS_OF: Readonly<Record<string, string>> = {
  "node --test": "node:test",
  jest: "@jest/globals",
  vitest: "vitest",
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(PLACE, "safelight-runners-"));
  mkdirSync(join(folder, "node_modules", "@jest"), { recursive: true });
  for (const name of PACKAGES)
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the contracts of every port, and the histories", () => {
  it.each(RUNNERS)("are kept by memory under $name", async ({ name, args, says }) => {
    const code = `import { describe, it } from "${FUNCTIONS_OF[name]}";
import { runFamily } from "./src/testing/index.js";
import { MEMORY_FAMILY } from "./test/support/families/memory.js";
import { MEMORY_HARNESSES } from "./test/support/families/memory-harnesses.js";
runFamily({ describe, it }, MEMORY_FAMILY, MEMORY_HARNESSES, { runs: 5, histories: 2 });`;
    await build({
      stdin: { contents: code, resolveDir: ROOT, loader: "ts" },
      outfile: join(folder, "laws.test.js"),
      bundle: true,
      platform: "node",
      format: "esm",
      external: PACKAGES,
      logLevel: "error",
    });
    expect(await runInProject(args("laws.test.js"), { folder, place: PLACE })).toMatch(says(countTests()));
  });
});

function countTests(): number {
  let count = 0;
  const countOne = () => {
    count += 1;
  };
  runFamily({ it: countOne }, MEMORY_FAMILY, MEMORY_HARNESSES);
  return count;
}
