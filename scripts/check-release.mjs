/*
 * Checks that a tag can be released: `check-release.mjs v1.2.3`. The tag, package.json, package-lock.json and
 * src/domain/model/release.ts name the same version, and CHANGELOG.md has a dated section for it. Writes that section, the release notes, to standard output.
 */
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

/** Returns what is wrong, and the notes if nothing is. */
function checkRelease(tag) {
  const version = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag)?.[1];
  if (version === undefined)
    return { problems: [`expected a tag like v1.2.3 but received ${tag || "nothing"}`] };
  const problems = [];
  for (const name of ["package.json", "package-lock.json"]) {
    const found = JSON.parse(read(name)).version;
    if (found !== version) problems.push(`expected version ${version} in ${name} but received ${found}`);
  }
  const inCode = /SAFELIGHT_VERSION = "(.+)"/.exec(read("src/domain/model/release.ts"))?.[1];
  if (inCode !== version)
    problems.push(`expected version ${version} in src/domain/model/release.ts but received ${inCode}`);
  const sections = read("CHANGELOG.md").split(/^(?=## )/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  if (section === undefined) problems.push(`CHANGELOG.md has no section ## [${version}]; write it first`);
  else if (!/^## \[.+\] - \d{4}-\d\d-\d\d\n/.test(section))
    problems.push(`expected a date in CHANGELOG.md but received "${section.split("\n", 1)[0]}"`);
  return { problems, notes: section?.split("\n").slice(1).join("\n").trim() };
}

const { problems, notes } = checkRelease(process.argv[2] ?? "");
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(notes);
