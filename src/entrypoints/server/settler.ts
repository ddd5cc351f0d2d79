import { type ChildProcess, fork } from "node:child_process";
import { type ErrorCode, SafelightError } from "../../domain/model/errors.js";
import type { PipelineConfig } from "../../domain/model/pipeline-config.js";
import { listSecretVariables } from "../../domain/model/webhook.js";
import type { Log, LogLevel } from "../../ports/log.js";

/** Options of {@link Settler}. */
export interface SettlerOptions {
  /** The data directory. */
  readonly dir: string;
  readonly config: PipelineConfig;
  /** Images rendered at a time. */
  readonly concurrency: number;
}

/** A message to the settler process. */
export type SettlerRequest =
  | { readonly type: "start"; readonly options: SettlerOptions }
  /** Something was added to the queue. */
  | { readonly type: "wake" }
  /** Finish what is open within so many milliseconds, and end. */
  | { readonly type: "finish"; readonly milliseconds: number };

/** A message from the settler process. */
export type SettlerMessage =
  | { readonly type: "ready" }
  /** It could not start; an error is taken apart, because only plain values get across. */
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string }
  | {
      readonly type: "log";
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  /** It is about to end. */
  | { readonly type: "finished" };

/** Milliseconds until a settler that died is replaced. */
const RESTART_DELAY_MILLISECONDS = 1_000;

/** Milliseconds that one which should have finished has for letting go of everything. */
const KILL_DELAY_MILLISECONDS = 5_000;

/**
 * The process that settles what the server takes in, and holds the renderers. It is another process because settling
 * waits for the disk many times, and in this one every request would wait with it. One that dies is replaced, and
 * the next one goes on where it was: all that it had in hand is in the queue.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #log: Log;
  /** Absent where the system could not start one. */
  #child: ChildProcess | undefined;
  #started = false;
  #ending = false;
  #exited: Promise<void> = Promise.resolve();
  /** Told how the process came to life, or to its end. */
  #notify: (message: SettlerMessage | { readonly type: "gone"; readonly how: string }) => void = () => {};

  private constructor(options: SettlerOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#start();
  }

  /** Resolves once it works. Throws what kept it from that. */
  static async start(options: SettlerOptions, log: Log): Promise<Settler> {
    const settler = new Settler(options, log);
    await new Promise<void>((resolve, reject) => {
      settler.#notify = (heard) => {
        if (heard.type === "ready") resolve();
        else if (heard.type === "refused") reject(new SafelightError(heard.code, heard.message));
        else if (heard.type === "gone")
          reject(new SafelightError("internal", `the settler process exited while starting (${heard.how})`));
      };
    }).catch(async (error: unknown) => {
      await settler.kill();
      throw error;
    });
    settler.#started = true;
    return settler;
  }

  /** Something was added to the queue. */
  wake(): void {
    this.#send({ type: "wake" });
  }

  /** Has it finish what is open, within so many milliseconds, and end. Resolves once it is gone. */
  async finish(milliseconds: number): Promise<void> {
    this.#ending = true;
    const late = setTimeout(() => this.#child?.kill("SIGKILL"), milliseconds + KILL_DELAY_MILLISECONDS);
    this.#send({ type: "finish", milliseconds });
    await this.#exited;
    clearTimeout(late);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#child?.kill("SIGKILL");
    await this.#exited;
  }

  #start(): void {
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        resolve();
        this.#notify({ type: "gone", how });
        if (this.#started && !this.#ending) this.#replace(how);
      };
      try {
        this.#child = this.#fork(end);
      } catch (error) {
        // Without memory for another process, some systems fail at once.
        this.#child = undefined;
        queueMicrotask(() => end(String(error)));
      }
    });
  }

  #fork(onEnd: (how: string) => void): ChildProcess {
    const child = fork(new URL("../../entrypoints/server/settler-process.js", import.meta.url), {
      // As in the renderers: buffers come and go, and nobody waits here for a pause to end.
      execArgv: ["--no-incremental-marking"],
      env: removeSecrets(process.env, this.#options.config),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.once("exit", (code, signal) => onEnd(signal ?? `exit code ${code}`));
    child.on("error", (error) => {
      // Without a process there will be no exit.
      if (child.pid === undefined) onEnd(error.message);
    });
    child.on("message", (message: SettlerMessage) => {
      if (message.type === "log") return this.#log(message.level, message.message, message.fields);
      if (message.type === "refused" && this.#started) {
        this.#log("error", "settler process failed to start", { error: message.message });
        child.kill("SIGKILL");
      }
      this.#notify(message);
    });
    // Where the system has no file descriptor left, no process was started and there is no channel to it.
    if (child.connected)
      child.send({ type: "start", options: this.#options } satisfies SettlerRequest, () => {});
    return child;
  }

  #replace(how: string): void {
    this.#log("error", "settler process exited", { how });
    setTimeout(() => {
      if (!this.#ending) this.#start();
    }, RESTART_DELAY_MILLISECONDS).unref();
  }

  #send(request: SettlerRequest): void {
    // One that is gone is heard by its exit; its successor begins with a look into the queue.
    if (this.#child?.connected) this.#child.send(request, () => {});
  }
}

/** It starts the renderers, which decode strangers' bytes, answers nobody who has a token, and sends nothing to subscribers. */
function removeSecrets(environment: NodeJS.ProcessEnv, { webhooks = {} }: PipelineConfig): NodeJS.ProcessEnv {
  const names = ["SAFELIGHT_TOKEN", ...listSecretVariables(webhooks)];
  return { ...environment, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}
