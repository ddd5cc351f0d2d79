import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../repository.js";
import { installPackage, type Packed } from "./install-package.js";

const run = promisify(execFile);

/** The packages that safelight/cdk needs in a project that installs it. */
const INSTALLED = ["aws-cdk-lib", "constructs", "jsonc-parser"];

/** The packages that sharp needs beside its native parts. */
const SHARP = ["sharp", "@img/colour", "detect-libc", "semver"];

/** A project of somebody else's that installed the packed package, and nothing of this repository beside it. */
export interface FreshProject {
  readonly folder: string;
  /** npm's report about the packed package. */
  readonly packed: Packed;
  write(path: string, content: string | Uint8Array): void;
  /** Runs a program of Node's in it, without credentials; rejects with what it said if it fails. */
  runNode(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  /** Writes the machine of all cached native files. */
  setMachine(machine: number): void;
  close(): void;
}

/** Packs what was built, with bundles of its own, and unpacks it as npm does. */
export async function createFreshProject(): Promise<FreshProject> {
  const folder = mkdtempSync(join(tmpdir(), "safelight-fresh-"));
  const modules = join(folder, "node_modules");
  const packed = await installPackage(modules, { withBundles: true });
  for (const name of INSTALLED) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  const natives = cacheSharp(modules);
  return {
    folder,
    packed,
    write: (path, content) => writeFileSync(join(folder, path), content),
    async runNode(args, environment = {}) {
      const env = { PATH: process.env.PATH, HOME: folder, CDK_DISABLE_CLI_TELEMETRY: "true", ...environment };
      const { stdout, stderr } = await run(process.execPath, [...args], { cwd: folder, env, maxBuffer: 1e8 });
      return stdout + stderr;
    },
    setMachine: (machine) => setMachine(natives, machine),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Lays sharp where it is kept after it was fetched once, since nothing is fetched in tests: this machine's own, whose
 * native files will be said to be for another one.
 */
function cacheSharp(modules: string): string {
  const lock = readFileSync(join(modules, "safelight", "dist", "infra", "sharp-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const kept = join(modules, ".cache", "safelight", `sharp-linux-arm64-${digest}`, "node_modules");
  for (const name of SHARP) cpSync(join(ROOT, "node_modules", name), join(kept, name), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules", "@img")).filter((one) =>
    one.startsWith("sharp-"),
  ))
    cpSync(join(ROOT, "node_modules", "@img", name), join(kept, "@img", name), { recursive: true });
  return kept;
}

function setMachine(folder: string, machine: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!/\.node$|\.so[.\d]*$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    bytes.writeUInt16LE(machine, 18);
    writeFileSync(file, bytes);
  }
}
