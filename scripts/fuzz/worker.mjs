import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));

/** A process that renders one picture after another, and is replaced by a new one when a picture kills it. */
export class FuzzWorker {
  #program;
  #child;

  /** `program` takes the engine's place, to see whether what it does wrong would be noticed. */
  constructor(program = CHILD) {
    this.#program = program;
  }

  /** Resolves to what became of the picture; `hang` and `crash` are outcomes too. */
  run(bytes, limit) {
    this.#child ??= fork(this.#program, {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const started = performance.now();
      let complaint = "";
      let timedOut = false;
      const listen = (data) => {
        complaint = `${complaint}${data}`.slice(-500);
      };
      const timer = setTimeout(() => {
        timedOut = true;
        child.kill("SIGKILL");
      }, limit);
      const finish = (run) => {
        clearTimeout(timer);
        child.off("message", finish);
        child.off("exit", createDeadError);
        child.stderr.off("data", listen);
        resolve({ milliseconds: Math.round(performance.now() - started), memory: 0, message: "", ...run });
      };
      const createDeadError = (code, signal) => {
        this.#child = undefined;
        finish({ outcome: timedOut ? "hang" : "crash", message: `${signal ?? code} ${complaint}` });
      };
      child.on("message", finish);
      child.on("exit", createDeadError);
      child.stderr.on("data", listen);
      child.send(bytes);
    });
  }

  async end() {
    this.#child?.disconnect();
  }
}
