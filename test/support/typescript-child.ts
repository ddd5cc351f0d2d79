import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** A program of the tests in a process of its own. */
export interface TypeScriptChild {
  /** Resolves to the next line that the program prints, `undefined` once it has ended. */
  readLine(): Promise<string | undefined>;
  /** Ends the process as a crash would, with no goodbye, and resolves when it is gone. */
  kill(): Promise<void>;
}

const SUPPORT = resolve("test", "support");

/** Runs a TypeScript file of `test/support` from its source. */
export function startChild(program: string, ...values: string[]): TypeScriptChild {
  const loader = join(SUPPORT, "typescript-loader.mjs");
  const child: ChildProcess = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--import", loader, join(SUPPORT, program), ...values],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  return {
    async readLine() {
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
