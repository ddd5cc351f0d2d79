import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import {
  type CommandOptions,
  type RunningCommand,
  startCommand,
} from "../../support/containers/running-command.js";
import { drawTestImage } from "../../support/images.js";
import { waitUntilTrue } from "../../support/processes.js";

/** A working directory for the commands of a test file, and what starts them there; each test's end ends them. */
export class CommandPlace {
  #dir = "";
  #running: RunningCommand[] = [];

  constructor() {
    beforeAll(() => {
      this.#dir = mkdtempSync(join(tmpdir(), "safelight-containers-"));
    });
    afterEach(async () => {
      for (const command of this.#running) command.kill("SIGKILL");
      await Promise.all(this.#running.map(({ ended }) => ended));
      this.#running = [];
    });
    afterAll(() => rmSync(this.#dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  }

  get dir(): string {
    return this.#dir;
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string): string {
    const file = join(this.#dir, name);
    writeFileSync(file, content);
    return file;
  }

  async start(
    words: readonly string[],
    ready: RegExp,
    options: CommandOptions = {},
  ): Promise<RunningCommand> {
    const command = await startCommand(words, ready, { cwd: this.#dir, ...options });
    this.#running.push(command);
    return command;
  }

  serve(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<RunningCommand> {
    return this.start(["serve", "--port", "0", ...words], /^listening on (http:\S+)$/, { env });
  }

  work(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<RunningCommand> {
    const ready = /^working on \S+ health at (http:\S+)$/;
    return this.start(["work", "--port", "0", "--log", "info", ...words], ready, { env });
  }
}

/** Counts the changes that a worker has settled in its life. */
export function countSettled({ log }: RunningCommand): number {
  return log.filter(({ message }) => message === "settled").length;
}

/** Resolves once a worker has settled so many changes in its life. */
export const waitUntilSettled = (worker: RunningCommand, count: number) =>
  waitUntilTrue(() => countSettled(worker) >= count);

/** Uploads a small picture and waits, as a client does, for its record. */
export async function uploadImage(url: string): Promise<ImageDescription> {
  const answer = await fetch(`${url}/images`, {
    method: "POST",
    headers: { Prefer: "wait=20" },
    body: new Uint8Array(await drawTestImage({ width: 40, height: 30 })),
  });
  return (await answer.json()) as ImageDescription;
}
