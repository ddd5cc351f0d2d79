import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect } from "@jest/globals";
import { imageEngineContract } from "../../src/ports/contracts/index.js";
import { ROOT } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(2);

const run = promisify(execFile);
const FOLDER = join(ROOT, "test", "architecture", "third-party-engine");

describe("A third party's engine on the package alone, after npm run build", () => {
  it("compiles under the strictest nodenext against the package's exports", async () => {
    const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
    const tsc = join(dirname(typescript), "bin", "tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", FOLDER]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });

  it("keeps every law of the published contract, those about pixels too", async () => {
    const loader = join(ROOT, "test", "support", "typescript-loader.mjs");
    const { stdout } = await run(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "--import", loader, join(FOLDER, "check.ts")],
      { cwd: ROOT },
    );
    expect(stdout.trim().split("\n")).toEqual(imageEngineContract.laws.map(({ name }) => `kept: ${name}`));
  });
});
