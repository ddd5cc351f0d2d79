import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/** The program of the command, as it was built. */
const COMMAND = resolve("dist", "entrypoints", "cli", "main.js");

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A command that runs until it is stopped. */
export interface RunningCommand {
  readonly pid: number;
  /** The first group of the line that said that it runs. */
  readonly address: string;
  /** The lines of its log so far. */
  readonly log: readonly LogLine[];
  /** Its standard error so far that is no log. */
  readStderr(): string;
  /** Has `listener` called with every line of the log from now on. */
  watchLog(listener: (line: LogLine) => void): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves to its exit code or signal, and what it printed, once it and those it has started are gone. */
  readonly ended: Promise<{ readonly end: number | NodeJS.Signals; readonly stdout: string }>;
}

/** How to start a command. */
export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The words in front of the command's own; by default those that run the built one. */
  readonly program?: readonly [string, ...string[]];
}

/** A command that has ended by itself. */
export interface EndedCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a command and resolves once a line of its standard output matches, whose first group is its `address`. */
export async function startCommand(
  words: readonly string[],
  ready: RegExp,
  options: CommandOptions = {},
): Promise<RunningCommand> {
  const { child, log, ended, readStderr, listeners } = openCommand(words, options);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const stdout: string[] = [];
  const address = await new Promise<string>((found, fail) => {
    lines.on("line", (line) => {
      stdout.push(line);
      const match = ready.exec(line);
      if (match) found(match[1] ?? "");
    });
    ended.then(() => fail(new Error(`expected ${ready} but received: ${readStderr()}`)));
  });
  return {
    pid: child.pid ?? 0,
    address,
    log,
    readStderr,
    watchLog: (listener) => void listeners.push(listener),
    kill: (signal) => void child.kill(signal),
    ended: ended.then((end) => ({ end, stdout: stdout.join("\n") })),
  };
}

/** Runs a command that ends by itself. */
export async function runCommand(
  words: readonly string[],
  options: CommandOptions = {},
): Promise<EndedCommand> {
  const { child, ended, readStderr } = openCommand(words, options);
  const stdout: string[] = [];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => void stdout.push(text));
  const end = await ended;
  return { code: typeof end === "number" ? end : null, stdout: stdout.join(""), stderr: readStderr() };
}

/** The environment of the tests without what would configure a command. */
function pickPlainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SAFELIGHT_|AWS_|PG)/.test(name)),
  );
}

function openCommand(words: readonly string[], { env, cwd, program }: CommandOptions) {
  const [file, ...before] = program ?? [process.execPath, COMMAND];
  const child: ChildProcess = spawn(file, [...before, ...words], {
    cwd,
    env: { ...pickPlainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: LogLine[] = [];
  const listeners: ((line: LogLine) => void)[] = [];
  const other: string[] = [];
  createInterface({ input: child.stderr ?? process.stdin }).on("line", (line) => {
    if (!line.startsWith("{")) return void other.push(line);
    const entry = JSON.parse(line) as LogLine;
    log.push(entry);
    for (const listener of listeners) listener(entry);
  });
  const ended = once(child, "close").then(
    ([code, signal]): number | NodeJS.Signals => (signal as NodeJS.Signals | null) ?? (code as number),
  );
  return { child, log, listeners, ended, readStderr: () => other.join("\n") };
}
