import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const MODULES = join(FOLDER, "node_modules");
const STAMP = join(MODULES, ".installed");

/**
 * Loads the packages that Safelight is compared with. They are installed into `bench/peers/node_modules` on first use and
 * after each change of `bench/peers/package-lock.json`: nobody else needs them. Returns `{ packages }` or, if they cannot be
 * fetched, `{ missing }`, a sentence that says why.
 */
export async function loadNpmPeers(progress) {
  const lock = createHash("sha256")
    .update(readFileSync(join(FOLDER, "package-lock.json")))
    .digest("hex");
  if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== lock) {
    progress("installing ipx, jimp and @napi-rs/image into bench/peers/node_modules, once");
    const problem = install();
    if (problem !== undefined)
      return {
        missing: `ipx, jimp and @napi-rs/image are left out: npm could not fetch them (${problem}). Run this suite again with a network.`,
      };
    writeFileSync(STAMP, lock);
  }
  const [ipx, { Jimp }, napi] = await Promise.all([import("ipx"), import("jimp"), import("@napi-rs/image")]);
  return { packages: { ipx, Jimp, napi } };
}

/** Returns npm's reason if the installation fails. */
function install() {
  const { status, stderr, error } = spawnSync("npm", ["ci", "--fetch-retries", "1"], {
    cwd: FOLDER,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    shell: process.platform === "win32",
  });
  if (error) return error.message;
  if (status !== 0) {
    const reasons = stderr
      .split("\n")
      .filter((line) => /^npm error (?!code|syscall|errno|type|A complete log)/.test(line));
    return reasons[0]?.replace("npm error ", "").trim() ?? `npm ci ended with ${status}`;
  }
  // ipx then finds Safelight's sharp two folders up: the same libvips, loaded once.
  for (const name of ["sharp", "@img"]) rmSync(join(MODULES, name), { recursive: true, force: true });
  return undefined;
}
