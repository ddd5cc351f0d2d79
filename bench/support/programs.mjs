import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Benchmarks that are programs of their own, with options of their own: `npm run bench:<name>`. */
const PROGRAMS = ["server-load", "listing-aws"];

const resolveFile = (name) => fileURLToPath(new URL(`../${name}.mjs`, import.meta.url));

/** The names of those that are here. */
export function listProgramNames() {
  return PROGRAMS.filter((name) => existsSync(resolveFile(name)));
}

/** Runs one; it prints its own table. Resolves to its exit code. */
export function runOwnProgram(name, signal) {
  return new Promise((resolve, reject) => {
    const flags = ["--disable-warning=ExperimentalWarning", resolveFile(name)];
    const child = spawn(process.execPath, flags, { stdio: "inherit" });
    signal.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 130));
  });
}
