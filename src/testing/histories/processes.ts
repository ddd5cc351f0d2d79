import { SafelightError } from "../../domain/model/errors.js";

/** The possible fates of one port call of one process. */
export type Fate = "done" | "killed before" | "killed after" | "refused" | "answer lost";

/** One simulated process: a handler, or somebody who asks for something. */
export interface Process {
  readonly name: string;
  /** `killed`: none of its calls ever returns again. */
  state: "running" | "killed" | "finished" | "failed";
  readonly atEnd: (state: "finished" | "failed" | "killed") => void;
}

interface Call {
  readonly process: Process;
  readonly label: string;
  readonly run: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs processes one port call at a time, in whatever order the caller chooses. */
export class Processes {
  readonly running: Process[] = [];
  calls: Call[] = [];

  /** Starts `work` with ports whose every call waits for its turn. */
  async start(
    name: string,
    work: (process: Process) => Promise<unknown>,
    atEnd: Process["atEnd"],
  ): Promise<void> {
    const process: Process = { name, state: "running", atEnd };
    this.running.push(process);
    work(process).then(
      () => this.#end(process, "finished"),
      () => this.#end(process, "failed"),
    );
    await waitUntilStill();
  }

  /**
   * The same port, but each call of a method waits until the simulation lets it through. A batch waits before each of
   * its items: it is not atomic, so others go on between two of them, and a fault meets it when it has half happened.
   */
  wrapPort<Port extends object>(
    process: Process,
    port: Port,
    name: string,
    direct: readonly string[] = [],
  ): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function" || typeof property !== "string" || direct.includes(property)) {
          return typeof value === "function" ? value.bind(target) : value;
        }
        const call = (...args: unknown[]) =>
          new Promise((resolve, reject) => {
            const run = async () => Reflect.apply(value, target, args);
            if (process.state === "running") {
              this.calls.push({ process, label: `${name}.${property}`, run, resolve, reject });
            }
          });
        if (property !== "deleteAll") return call;
        return async (keys: readonly string[], ...rest: unknown[]) => {
          for (const key of keys) await call([key], ...rest);
        };
      },
    });
  }

  /** Lets one waiting call through and waits until every process is still again. */
  async takeStep(index: number, fate: Fate): Promise<string> {
    const [call] = this.calls.splice(index, 1);
    if (!call) throw new RangeError(`no call is waiting at ${index}`);
    const { process, label } = call;
    if (fate === "killed before") this.#kill(process);
    else if (fate === "refused") call.reject(new SafelightError("unavailable", "the store is away"));
    else {
      const outcome = await call.run().then(
        (value) => () => call.resolve(value),
        (error: unknown) => () => call.reject(error),
      );
      if (fate === "killed after") this.#kill(process);
      else if (fate === "answer lost") call.reject(new SafelightError("unavailable", "the answer was lost"));
      else outcome();
    }
    await waitUntilStill();
    return `${process.name}: ${label} ${fate}`;
  }

  #kill(process: Process): void {
    this.calls = this.calls.filter((call) => call.process !== process);
    this.#end(process, "killed");
  }

  #end(process: Process, state: "finished" | "failed" | "killed"): void {
    if (process.state !== "running") return;
    process.state = state;
    this.running.splice(this.running.indexOf(process), 1);
    process.atEnd(state);
  }
}

/** Every promise that can move has moved: all waiting in a process is for port calls, which only `step` answers. */
function waitUntilStill(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
