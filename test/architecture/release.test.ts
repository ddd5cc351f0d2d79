import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT, readText } from "../support/repository.js";

const { version } = JSON.parse(readText("package.json")) as { version: string };

const checkRelease = (tag: string) =>
  spawnSync(process.execPath, [join(ROOT, "scripts", "check-release.mjs"), tag], { encoding: "utf8" });

it("a tag that names another version than the files is refused, with each file that disagrees", () => {
  const { status, stderr, stdout } = checkRelease("v0.0.0");
  expect({ status, stdout, lines: stderr.trim().split("\n") }).toEqual({
    status: 1,
    stdout: "",
    lines: [
      `expected version 0.0.0 in package.json but received ${version}`,
      `expected version 0.0.0 in package-lock.json but received ${version}`,
      `expected version 0.0.0 in src/domain/model/release.ts but received ${version}`,
      "CHANGELOG.md has no section ## [0.0.0]; write it first",
    ],
  });
});

it.each(["1.2.3", "v1.2", ""])("a tag that is no version is refused: %j", (tag) => {
  const { status, stderr } = checkRelease(tag);
  expect(status).toBe(1);
  expect(stderr).toContain("expected a tag like v1.2.3");
});

it("the tag of this version gives its section of the changelog, as soon as that has a date", () => {
  const { status, stderr, stdout } = checkRelease(`v${version}`);
  if (readText("CHANGELOG.md").includes(`## [${version}] - unreleased`)) {
    expect(status).toBe(1);
    expect(stderr).toBe(`expected a date in CHANGELOG.md but received "## [${version}] - unreleased"\n`);
  } else {
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.length).toBeGreaterThan(100);
  }
});

it("what workflows run of others is named by its commit, since a tag can be moved", () => {
  const used = readdirSync(join(ROOT, ".github", "workflows")).flatMap((file) =>
    [...readText(`.github/workflows/${file}`).matchAll(/^\s*-? ?uses: (.+)$/gm)].map(([, action]) => action),
  );
  expect(used.length).toBeGreaterThan(5);
  for (const action of used) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
