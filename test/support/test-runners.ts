import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A test runner of others, and how it says that all of so many tests have passed. */
export interface ForeignRunner {
  readonly name: string;
  /** The arguments of Node.js to run a compiled test file in a project that has the runner's package. */
  readonly args: (file: string) => readonly string[];
  readonly says: (count: number) => RegExp;
}

/** The three runners that `safelight/testing` names. */
export const RUNNERS: readonly ForeignRunner[] = [
  {
    name: "node --test",
    args: (file) => ["--test", "--test-reporter=tap", file],
    says: (count) => new RegExp(`^# tests ${count}\\n(?:# .*\\n)*# pass ${count}$`, "m"),
  },
  {
    name: "jest",
    args: (file) => [
      "--experimental-vm-modules",
      join("node_modules", "jest", "bin", "jest.js"),
      "--ci",
      "--transform={}",
      `--testMatch=**/${file}`,
    ],
    says: (count) => new RegExp(`^Tests: +${count} passed, ${count} total$`, "m"),
  },
  {
    name: "vitest",
    args: (file) => [join("node_modules", "vitest", "vitest.mjs"), "run", file],
    says: (count) => new RegExp(`^ *Tests +${count} passed \\(${count}\\)$`, "m"),
  },
];

/** Runs Node.js in a project, whose temporary files are in `place`; resolves to all that it says, rejects with it if that fails. */
export async function runInProject(
  args: readonly string[],
  { folder, place }: { readonly folder: string; readonly place: string },
): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: place, NO_COLOR: "1", CI: "true" };
  const { stdout, stderr } = await run(process.execPath, [...args], { cwd: folder, env }).catch(
    ({ stdout: said, stderr: complaint }: { stdout: string; stderr: string }) => {
      throw new Error(said + complaint);
    },
  );
  return stdout + stderr;
}
