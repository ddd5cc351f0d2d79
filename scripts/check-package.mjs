/*
 * Checks the package as npm would publish it: `npm run check:package`, after a build. Runs publint and are-the-types-wrong
 * on the packed files; neither needs a network. Safelight is ESM only: what can be said of `require` and of resolution
 * without `exports` is left out.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The resolutions that an ESM-only package takes part in. */
const RESOLUTIONS = ["node16-esm", "bundler"];

/** Packs dist as it is, without the bundles being made anew, and returns the bytes of the archive. */
function pack() {
  const folder = mkdtempSync(join(tmpdir(), "safelight-check-"));
  try {
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const output = execFileSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 1e8 });
    return readFileSync(join(folder, JSON.parse(output)[0].filename));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lists what publint finds, suggestions included. */
async function lintPackage(bytes) {
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** Lists the entry points whose types a user's compiler would not find or would take for something else. */
async function checkTypes(bytes) {
  const { types, problems, entrypoints } = await checkPackage(createPackageFromTarballData(bytes));
  if (!types) return ["are-the-types-wrong: the package has no declarations"];
  return problems
    .filter(({ resolutionKind }) => resolutionKind === undefined || RESOLUTIONS.includes(resolutionKind))
    .map(({ kind, entrypoint, resolutionKind, ...rest }) =>
      ["are-the-types-wrong:", kind, entrypoint ?? JSON.stringify(rest), resolutionKind].join(" ").trim(),
    )
    .concat(
      Object.keys(entrypoints).length > 0 ? [] : ["are-the-types-wrong: the package has no entry points"],
    );
}

const bytes = pack();
const found = [...(await lintPackage(bytes)), ...(await checkTypes(bytes))];
for (const line of found) console.error(line);
if (found.length > 0) process.exitCode = 1;
else
  console.log(
    `the package: publint and are-the-types-wrong found nothing in ${Math.round(bytes.length / 1e3)} kB`,
  );
