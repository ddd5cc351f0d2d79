import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../repository.js";
import { listProductionPackages, listWithDependencies } from "./installed-packages.js";

/**
 * Packs the package as it would be published, unpacks it into a folder that everybody may read, and gives it the packages
 * of production and these others: what the image of the container has. Resolves to the folder, which is the caller's to
 * remove.
 */
export function installPackedPackage(others: readonly string[]): string {
  const place = mkdtempSync(join(tmpdir(), "safelight-packed-"));
  chmodSync(place, 0o755);
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", place], { cwd: ROOT });
  const [tarball = ""] = readdirSync(place);
  const app = join(place, "app");
  mkdirSync(app);
  execFileSync("tar", ["-xzf", join(place, tarball), "--strip-components=1", "-C", app]);
  // The folder of a package has those inside it, too.
  const folders = [...new Set([...listProductionPackages(), ...listWithDependencies(others)])];
  for (const folder of folders.filter((one) => !/node_modules\/.*node_modules\//.test(one))) {
    mkdirSync(dirname(join(app, folder)), { recursive: true });
    execFileSync("cp", ["-a", join(ROOT, folder), join(app, folder)]);
  }
  return app;
}

/** Makes everything below the root read-only for one process, which is nobody, and runs it in this shell's place. */
const RESTRICT = `
  set -e
  mount --make-rprivate /
  for place in $(findmnt --noheadings --raw --output TARGET --types tmpfs,ext4,xfs,btrfs,overlay | sort -r); do
    case $place in /dev/*|/proc/*|/sys/*|/run/*) ;; *) mount -o remount,bind,ro "$place" ;; esac
  done
  if touch "$PROBE" 2>/dev/null; then echo "expected a root that is read-only" >&2; exit 9; fi
  exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"`;

/** The words in front of a program that run it as nobody on a root that is read-only. */
const RESTRICTED = [
  "env",
  `PROBE=${join(tmpdir(), "safelight-probe")}`,
  "unshare",
  "--mount",
  "sh",
  "-c",
  RESTRICT,
];

/** Whether this system lets a process have a root that is read-only. */
export const HAS_READ_ONLY_ROOT =
  existsSync("/usr/bin/unshare") &&
  spawnSync("/usr/bin/env", [...RESTRICTED.slice(1), process.execPath, "--version"]).status === 0;

/** The words that run the command of an unpacked package as the container would: restricted, where the system can. */
export function buildProgram(app: string): readonly [string, ...string[]] {
  const main = [process.execPath, join(app, "dist", "entrypoints", "cli", "main.js")] as const;
  return HAS_READ_ONLY_ROOT ? ["env", ...RESTRICTED.slice(1), ...main] : main;
}

/** The words in front of a program that make it the first process of a namespace, as it is in a container. */
export const AS_FIRST_PROCESS: readonly [string, ...string[]] = [
  "unshare",
  "--pid",
  "--fork",
  "--mount-proc",
];

/** Whether this system lets a process be the first of a namespace. */
export const HAS_PROCESS_NAMESPACES =
  existsSync("/usr/bin/unshare") &&
  spawnSync("unshare", [...AS_FIRST_PROCESS.slice(1), process.execPath, "--version"]).status === 0;
