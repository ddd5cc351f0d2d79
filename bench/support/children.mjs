import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a program of `bench/children` in a fresh Node process; resolves to the JSON that it prints. */
export async function runChild(name, args, { signal, env = {}, flags = [] } = {}) {
  const file = fileURLToPath(new URL(`../children/${name}.mjs`, import.meta.url));
  const said = await runProgram(process.execPath, [...flags, file, ...args.map(String)], { signal, env });
  return JSON.parse(said);
}

/** Runs a program to its end and resolves to what it said. Throws with its complaint when it fails. */
export function runProgram(command, args, { signal, env = {}, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      signal,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let complaint = "";
    child.stdout.on("data", (data) => {
      said += data;
    });
    child.stderr.on("data", (data) => {
      complaint = (complaint + data).slice(-4_000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${command} ${args[0]} ended with ${code}: ${complaint}`));
    });
  });
}

/**
 * The time of a program and of all processes that it waited for, in milliseconds. CPU times come from the shell that
 * starts it, in hundredths of a second.
 */
export async function measureProgram(command, args, options = {}) {
  const start = performance.now();
  const said = await runProgram(
    "sh",
    ["-c", '"$@" >/dev/null; code=$?; times; exit $code', "sh", command, ...args],
    options,
  );
  const wall = performance.now() - start;
  const children = said.trim().split("\n").at(-1);
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return { cpu: seconds.reduce((sum, value) => sum + value, 0) * 1000, wall };
}
