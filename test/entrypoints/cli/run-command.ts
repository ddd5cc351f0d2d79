import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";

const COMMAND = resolve("dist", "entrypoints", "cli", "main.js");
const NOBODY = 65_534;

/** Makes sure that the built command is that of the sources at hand. */
export function buildCommand(): void {
  execFileSync(process.execPath, [resolve("scripts", "build.mjs"), "--if-changed"], { stdio: "inherit" });
}

/** How a run of the command ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ReturnType<typeof spawn>;
  /** Resolves when a line on standard error matches. */
  waitForLine(pattern: RegExp): Promise<void>;
  readonly finished: Promise<Finished>;
}

/** A working directory of its own for each test. */
export class Workplace {
  readonly dir = mkdtempSync(join(tmpdir(), "safelight-cli-"));

  /** Writes a file, with the folders that it needs, and returns its path. */
  write(path: string, content: string | Uint8Array): string {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Starts the command here, by default with the rights of the tests; `stdout` and `stderr` are descriptors to write to. */
  start(
    words: readonly string[],
    options: {
      asNobody?: boolean;
      env?: Readonly<Record<string, string>>;
      stdout?: number;
      stderr?: number;
    } = {},
  ): Running {
    if (options.asNobody) chmodSync(this.dir, 0o777);
    const rights = options.asNobody && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const child = spawn(process.execPath, [COMMAND, ...words], {
      cwd: this.dir,
      env: { ...process.env, ...options.env },
      ...rights,
      stdio: ["pipe", options.stdout ?? "pipe", options.stderr ?? "pipe"],
    });
    const [stdout, stderr] = [child.stdout ?? Readable.from([]), child.stderr ?? Readable.from([])];
    const lines = createInterface({ input: stderr });
    const finished = Promise.all([once(child, "close"), text(stdout), text(stderr)]);
    return {
      process: child,
      waitForLine: (pattern) => waitForLine(lines, pattern),
      finished: finished.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })),
    };
  }

  /** Runs the command here to its end. */
  run(...words: readonly string[]): Promise<Finished> {
    return this.start(words).finished;
  }

  /** Resolves to the images that `list --json` prints. */
  async list(...words: readonly string[]): Promise<ImageDescription[]> {
    const { code, stdout, stderr } = await this.run("list", "--json", ...words);
    if (code !== 0) throw new Error(stderr);
    return parseRecords(stdout);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The records that a command printed, one a line and nothing else. */
export function parseRecords(stdout: string): ImageDescription[] {
  if (stdout === "") return [];
  if (!stdout.endsWith("\n")) throw new Error(`expected whole lines but received ${stdout.slice(-80)}`);
  return stdout
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as ImageDescription);
}

function waitForLine(lines: Interface, pattern: RegExp): Promise<void> {
  return new Promise((done, fail) => {
    lines.on("line", (line) => {
      if (pattern.test(line)) done();
    });
    lines.on("close", () => fail(new Error(`no line matched ${pattern}`)));
  });
}
