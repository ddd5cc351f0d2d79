import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { PipelinePorts } from "../../../src/domain/use-cases/ports.js";

/** Where this process ends: before or after the `nth` call of this name. */
export interface Failpoint {
  readonly name: string;
  readonly when: "before" | "after";
  readonly nth: number;
}

/** The calls that change the disk or flush it. */
const FILE_CALLS = [
  "renameSync",
  "unlinkSync",
  "rmdirSync",
  "mkdirSync",
  "symlinkSync",
  "linkSync",
  "fsyncSync",
] as const;

const PORT_CALLS = {
  originals: ["get", "put", "head", "delete", "deleteAll", "list"],
  renditions: ["get", "put", "head", "delete", "deleteAll", "list"],
  records: ["get", "commit", "list", "purge"],
  queue: ["send", "receive", "acknowledge", "release"],
  urls: ["invalidate"],
  events: ["publish"],
  engine: ["inspect", "render"],
} as const;

/** Counts the calls that are watched, and kills this process at one of them. */
export class Failpoints {
  readonly counts = new Map<string, number>();
  readonly #fatal: Failpoint | undefined;

  constructor(fatal: Failpoint | undefined) {
    this.#fatal = fatal;
  }

  /** To be called before anything that imports `node:fs` by name is loaded. */
  watchFiles(): void {
    const functions = fs as unknown as Record<string, (...values: unknown[]) => unknown>;
    for (const name of FILE_CALLS) {
      const original = functions[name];
      if (original) functions[name] = this.#watchMethod(`fs.${name}`, original.bind(fs));
    }
    syncBuiltinESMExports();
  }

  /** The ports with every call watched. */
  watchPorts<Ports extends PipelinePorts>(ports: Ports): Ports {
    const watched = { ...ports } as unknown as Record<string, unknown>;
    for (const [port, methods] of Object.entries(PORT_CALLS)) {
      const target = watched[port] as Record<string, (...values: unknown[]) => unknown>;
      watched[port] = new Proxy(target, {
        get: (object, method) => {
          const value: unknown = Reflect.get(object, method);
          if (typeof value !== "function") return value;
          const bound = value.bind(object);
          const isWatched = (methods as readonly string[]).includes(String(method));
          return isWatched ? this.#watchMethod(`${port}.${String(method)}`, bound) : bound;
        },
      });
    }
    return watched as unknown as Ports;
  }

  #watchMethod(name: string, call: (...values: unknown[]) => unknown): (...values: unknown[]) => unknown {
    return (...values) => {
      const nth = (this.counts.get(name) ?? 0) + 1;
      this.counts.set(name, nth);
      this.#reach(name, "before", nth);
      const result = call(...values);
      if (!(result instanceof Promise)) {
        this.#reach(name, "after", nth);
        return result;
      }
      return result.finally(() => this.#reach(name, "after", nth));
    };
  }

  #reach(name: string, when: "before" | "after", nth: number): void {
    const fatal = this.#fatal;
    if (fatal?.name === name && fatal.when === when && fatal.nth === nth)
      process.kill(process.pid, "SIGKILL");
  }
}
