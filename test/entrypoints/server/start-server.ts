import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { listChildren } from "../../support/processes.js";

/** The program behind `npm start`. */
const START = resolve("dist", "entrypoints", "cli", "start.js");

/** How long a test waits for what must happen, in milliseconds: far longer than it ever takes. */
const PATIENCE = 40_000;

/** How a server ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** A server in a process of its own. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  /** The process that settles and holds the renderers. */
  getSettlerId(): number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once it and its settler have let go of standard error. */
  readonly ended: Promise<Ended>;
  /** Resolves to the exit code or the signal once the process itself is gone. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Returns its standard error so far. */
  readStderr(): string;
  /** Uploads a picture as the body of a request, and resolves to its id once it is accepted. */
  upload(bytes: Uint8Array): Promise<string>;
  /** The record as the API shows it, once it is neither absent nor pending. */
  waitUntilSettled(imageId: string): Promise<ImageDescription>;
}

/** A place for a test's servers and files. */
export class Place {
  readonly dir = mkdtempSync(join(tmpdir(), "safelight-server-"));
  readonly data = join(this.dir, "data");
  readonly #running: { kill(): void; ended: Promise<unknown> }[] = [];

  /** Writes a file, with the folders that it needs, and returns its path. */
  write(path: string, content: string | Uint8Array): string {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Runs `npm start -- <words>` here, as far as it gets, with at most so many file descriptors. */
  run(words: readonly string[], env: NodeJS.ProcessEnv = {}, descriptors?: number) {
    const { SAFELIGHT_TOKEN: _, ...own } = process.env;
    const limit = descriptors === undefined ? "" : `ulimit -n ${descriptors}; `;
    const child = spawn("sh", ["-c", `${limit}exec "$0" "$@"`, process.execPath, START, ...words], {
      cwd: this.dir,
      env: { ...own, ...env },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal, stderr }));
    const exited = once(child, "exit").then(([code, signal]): number | NodeJS.Signals => signal ?? code);
    const kill = () => {
      // A settler that a test has stopped cannot die by itself.
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        for (const pid of listChildren(child.pid)) process.kill(pid, "SIGKILL");
      child.kill("SIGKILL");
    };
    this.#running.push({ kill, ended });
    return { child, ended, exited, said: () => stderr };
  }

  /** Starts a server on a free port and resolves once it listens. */
  async serve(
    words: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    descriptors?: number,
  ): Promise<Served> {
    const { child, ended, exited, said } = this.run(
      ["serve", "--port", "0", "--data", "data", ...words],
      env,
      descriptors,
    );
    const lines = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve, reject) => {
      lines.on("line", (line) => {
        const [, address] = /^listening on (http:\S+)$/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
      ended.then(({ stderr }) => reject(new Error(`expected a server but received: ${stderr}`)));
    });
    const pid = child.pid ?? 0;
    return {
      url,
      pid,
      getSettlerId: () => listChildren(pid)[0] ?? 0,
      kill: (signal) => void child.kill(signal),
      ended,
      exited,
      readStderr: said,
      upload: (bytes) => upload(url, bytes),
      waitUntilSettled: (imageId) => waitUntilSettled(url, imageId),
    };
  }

  /** Ends whatever still runs and deletes everything. */
  async remove(): Promise<void> {
    for (const { kill, ended } of this.#running) {
      kill();
      await ended;
    }
    // A settler that outlives its server for a moment may still write.
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** Resolves once `look` finds something; throws when that takes too long. */
export async function waitUntilFound<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`expected it within ${PATIENCE} ms: ${look}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** The JSON of an answer, taken for what the test says it is. */
export async function readJson<T>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

async function upload(url: string, bytes: Uint8Array): Promise<string> {
  const answer = await fetch(`${url}/images`, { method: "POST", body: new Uint8Array(bytes) });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await readJson<{ imageId: string }>(answer)).imageId;
}

function waitUntilSettled(url: string, imageId: string): Promise<ImageDescription> {
  return waitUntilFound(async () => {
    const answer = await fetch(`${url}/images/${imageId}`);
    if (answer.status === 404) return undefined;
    const record = await readJson<ImageDescription>(answer);
    return record.status === "pending" ? undefined : record;
  });
}
