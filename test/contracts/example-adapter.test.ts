import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, it as always, beforeAll, describe, expect } from "@jest/globals";
import { blobStoreContract, historiesContract } from "../../src/testing/index.js";
import { findFileName } from "../support/documents.js";
import { installPackage } from "../support/infra/install-package.js";
import { parseFences } from "../support/markdown.js";
import { ROOT, readText } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(3);

const run = promisify(execFile);
const EXAMPLE = join(ROOT, "examples", "sqlite-blobs");
const LAWS = blobStoreContract.laws.length + historiesContract.laws.length;

/** In memory where the system has such a place: every put waits for the disk. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

let folder: string;

/** The example in a project of its own, with the packed package, compiled. */
beforeAll(async () => {
  folder = mkdtempSync(join(PLACE, "safelight-example-"));
  for (const name of readdirSync(EXAMPLE).filter((file) => /\.(?:ts|js|json)$/.test(file)))
    cpSync(join(EXAMPLE, name), join(folder, name));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  mkdirSync(join(modules, "@jest"));
  const { dependencies, devDependencies } = readPackage();
  for (const name of Object.keys({ ...dependencies, ...devDependencies }))
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
  await installPackage(modules, { withBundles: false });
  await runNode(join(modules, "typescript", "bin", "tsc"));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the example of a third party's store, on the packed package", () => {
  it("keeps its laws under node --test", async () => {
    const said = await runNode("--test", "--test-reporter=tap", join("dist", "node.test.js"));
    expect(said).toContain(`# tests ${LAWS}\n`);
    expect(said).toContain(`# pass ${LAWS}\n`);
  });

  it("keeps its laws under jest", async () => {
    const jest = join("node_modules", "jest", "bin", "jest.js");
    expect(await runNode("--experimental-vm-modules", jest, "--ci")).toMatch(
      new RegExp(`^Tests: +${LAWS} passed, ${LAWS} total$`, "m"),
    );
  });

  it("keeps its laws under vitest", async () => {
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    expect(await runNode(vitest, "run", join("dist", "vitest.test.js"))).toMatch(
      new RegExp(`^ *Tests +${LAWS} passed \\(${LAWS}\\)$`, "m"),
    );
  });

  always("is what docs/writing-a-store.md says, with the packages of this repository", () => {
    const files = parseFences(readText("docs/writing-a-store.md")).flatMap(({ code }) => {
      const name = findFileName(code);
      return name === undefined ? [] : [{ name, code: code.slice(code.indexOf("\n") + 1) }];
    });
    expect(files.map(({ name }) => name)).toEqual(["sqlite-blobs.ts", "laws.ts", "node.test.ts"]);
    for (const { name, code } of files) expect(code).toBe(readFileSync(join(EXAMPLE, name), "utf8"));
    const own = JSON.parse(readText("package.json"));
    const { dependencies, devDependencies } = readPackage();
    expect({ ...own.dependencies, ...own.devDependencies }).toMatchObject({
      ...dependencies,
      ...devDependencies,
    });
  });
});

function readPackage(): { readonly dependencies: object; readonly devDependencies: object } {
  return JSON.parse(readFileSync(join(EXAMPLE, "package.json"), "utf8"));
}

/** Runs Node.js in the project; resolves to all that it says, rejects with it if that fails. */
async function runNode(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: PLACE, NO_COLOR: "1", CI: "true" };
  const { stdout, stderr } = await run(process.execPath, [...args], { cwd: folder, env }).catch(
    ({ stdout: said, stderr: complaint }: { stdout: string; stderr: string }) => {
      throw new Error(said + complaint);
    },
  );
  return stdout + stderr;
}
