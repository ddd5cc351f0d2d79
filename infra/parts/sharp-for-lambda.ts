import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SafelightError } from "../../src/domain/model/errors.js";
import { type Cpu, checkNativeFiles } from "./native-files.js";

const MANIFEST = fileURLToPath(new URL("../sharp-package.json", import.meta.url));
const LOCK = fileURLToPath(new URL("../sharp-lock.json", import.meta.url));

/**
 * A `node_modules` with sharp for Lambda's Linux and these processors. It is fetched by npm, by a lockfile of its own
 * and without running anybody's scripts, and kept for the next time; no Docker. Throws `unavailable` where npm cannot
 * fetch it, and `invalid-input` if what came is not for these processors.
 */
export function fetchSharpForLambda(cpu: Cpu): string {
  const digest = createHash("sha256").update(readFileSync(LOCK)).digest("hex").slice(0, 12);
  const kept = join(findCacheFolder(), `sharp-linux-${cpu}-${digest}`);
  const modules = join(kept, "node_modules");
  if (!existsSync(kept)) install(kept, cpu);
  checkNativeFiles(modules, cpu);
  return modules;
}

/** Beside the other caches of the project that is synthesized, or among the temporary files where there is no project. */
function findCacheFolder(): string {
  const modules = join(process.cwd(), "node_modules");
  const folder = existsSync(modules)
    ? join(modules, ".cache", "safelight")
    : join(tmpdir(), "safelight-cache");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Into a folder beside its place, which it takes when it is whole: two projects may be synthesized at one time. */
function install(into: string, cpu: Cpu): void {
  const work = mkdtempSync(`${into}-`);
  try {
    copyFileSync(MANIFEST, join(work, "package.json"));
    copyFileSync(LOCK, join(work, "package-lock.json"));
    const platform = ["--os=linux", `--cpu=${cpu}`, "--libc=glibc"];
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    runNpm(["ci", ...platform, "--omit=dev", "--ignore-scripts", ...quiet], work);
    checkNativeFiles(join(work, "node_modules"), cpu);
    if (!existsSync(into)) renameSync(work, into);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function runNpm(args: readonly string[], cwd: string): void {
  try {
    execFileSync("npm", args, {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
    });
  } catch (cause) {
    const reason =
      cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim().split("\n")[0] : cause;
    throw new SafelightError(
      "unavailable",
      `npm could not fetch sharp for Lambda (${reason}); check that npm reaches its registry, which is needed once`,
      { cause },
    );
  }
}
