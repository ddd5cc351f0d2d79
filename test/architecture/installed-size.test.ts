import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import {
  listProductionPackages,
  listWithDependencies,
  sumBytes,
} from "../support/containers/installed-packages.js";
import { ROOT, readText } from "../support/repository.js";

/** The most that an installation may take without what is only for development. */
const MOST_BYTES = 110_000_000;

it("an installation takes less than 110 MB, without the packages of development", async () => {
  const { dependencies, devDependencies } = JSON.parse(readText("package.json")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  const packages = listProductionPackages();
  expect(packages).toEqual(
    expect.arrayContaining(Object.keys(dependencies).map((name) => `node_modules/${name}`)),
  );
  expect(packages).toEqual(expect.arrayContaining([...listWithDependencies(Object.keys(dependencies))]));
  expect(packages).not.toContain(`node_modules/${Object.keys(devDependencies)[0]}`);
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: ROOT });
  const [{ unpackedSize }] = JSON.parse(packed.toString()) as [{ unpackedSize: number }];
  const sizes = await Promise.all(packages.map((folder) => sumBytes(join(ROOT, folder))));
  const bytes = sizes.reduce((sum, size) => sum + size, unpackedSize);
  expect(bytes).toBeLessThan(MOST_BYTES);
  // Less would mean that something was not found.
  expect(bytes).toBeGreaterThan(MOST_BYTES / 3);
});
