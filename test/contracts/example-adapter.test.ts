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
import { afterAll, it as always, beforeAll, describe, expect } from "@jest/globals";
import { blobStoreContract, historiesContract } from "../../src/testing/index.js";
import { findFileName } from "../support/documents.js";
import { installPackage } from "../support/infra/install-package.js";
import { parseFences } from "../support/markdown.js";
import { ROOT, readText } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";
import { RUNNERS, runInProject } from "../support/test-runners.js";

const it = takeSampleOfTests(3);

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
  await runInProject([join(modules, "typescript", "bin", "tsc")], { folder, place: PLACE });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the example of a third party's store, on the packed package", () => {
  it.each(RUNNERS)("keeps its laws under $name", async ({ name, args, says }) => {
    const file = join("dist", `${name.split(" ")[0]}.test.js`);
    expect(await runInProject(args(file), { folder, place: PLACE })).toMatch(says(LAWS));
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
