import type { Change } from "../../../src/domain/model/change.js";
import { hasCode } from "../../../src/domain/model/errors.js";
import { imageIdOf } from "../../../src/domain/model/image-id.js";
import { nextRevision } from "../../../src/domain/model/version.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import { fakeEngine } from "../fake-engine.js";
import { Choices } from "./choices.js";
import type { Domain } from "./domain.js";
import { type Fate, type Process, Processes } from "./processes.js";
import { CONFIGS, type Message, type Stores, World } from "./world.js";

/** The bounds of one history. */
export interface Bounds {
  readonly keys: readonly string[];
  readonly contents: readonly string[];
  readonly maxOperations: number;
  readonly maxHandlers: number;
  readonly maxFaults: number;
}

/** Two keys and a few contents, so that identical bytes meet often; one content cannot be decoded. */
export const BOUNDS: Bounds = {
  keys: ["a.png", "b/a.png"],
  contents: ["IMG png 12x8 one", "IMG png 10x10 two", "not an image"],
  maxOperations: 6,
  maxHandlers: 4,
  maxFaults: 3,
};

/** What a history reached, so that a test can show that the hard cases are among them. */
export interface Reached {
  sameKeyHandlers: boolean;
  sameBytesAgain: boolean;
  crashInOutbox: boolean;
  conflicts: number;
}

const STIRRING = /renditions\.(put|delete)|records\.commit/;

/** Milliseconds between two deeds of people: most come at once. */
const PAUSES = [0, 0, 0, 60_000] as const;

const FATES: readonly Fate[] = ["killed before", "killed after", "refused", "answer lost"];

/** Plays one history on the given domain code to its end, and resolves to the world that it leaves. */
export class Simulation {
  readonly world: World;
  readonly reached: Reached = {
    sameKeyHandlers: false,
    sameBytesAgain: false,
    crashInOutbox: false,
    conflicts: 0,
  };
  readonly log: string[] = [];
  readonly #domain: Domain;
  #choices: Choices;
  readonly #bounds: Bounds;
  readonly #processes = new Processes();
  readonly #contentOf = new Map<string, string>();
  readonly #atWork = new Map<Process, string>();
  #operations = 0;
  #faults = 0;
  /** Whether the last step may have changed a rendition or a record. */
  #stirred = false;

  constructor(domain: Domain, stores: Stores, choices: Choices, bounds: Bounds = BOUNDS) {
    this.world = new World(stores);
    this.#domain = domain;
    this.#choices = choices;
    this.#bounds = bounds;
  }

  /** Random until the choices run out, then without faults to the end. */
  async run(): Promise<void> {
    for (let step = 0; step < 5_000; step += 1) {
      if (this.#stirred) await this.world.watch(this.#bounds.keys);
      this.#stirred = false;
      if (!(await this.#act())) return;
    }
    throw new Error("the history does not come to an end");
  }

  /** When everything is quiet: every image is forced under the current configuration. */
  async forceAll(): Promise<void> {
    this.#choices = new Choices(new Uint8Array());
    for (const key of this.#bounds.keys) await this.#ask("process", key);
    await this.run();
  }

  async #act(): Promise<boolean> {
    const waiting = this.world.messages.filter(({ inFlight }) => !inFlight);
    const calls = this.#processes.calls.length;
    const mayOperate = !this.#choices.exhausted && this.#operations < this.#bounds.maxOperations;
    const mayDeliver = waiting.length > 0 && this.#processes.running.length < this.#bounds.maxHandlers;
    const choice = this.#choices.below(8);
    if (
      mayOperate &&
      (choice === 0 || (calls === 0 && !mayDeliver) || (choice < 4 && this.#operations === 0))
    ) {
      this.#operations += 1;
      await this.#operate();
    } else if (mayDeliver && (choice === 1 || choice === 2 || calls === 0))
      await this.#deliver(this.#choices.among(waiting));
    else if (calls > 0) await this.#step(this.#next(calls));
    else return false;
    return true;
  }

  /**
   * Which call comes next: half of the time the youngest process goes on, so that whole handlers run while another one
   * waits between two calls. Evenly mixed calls alone would hardly ever do that.
   */
  #next(calls: number): number {
    return this.#choices.below(2) === 1 ? calls - 1 : this.#choices.below(calls);
  }

  async #operate(): Promise<void> {
    const { keys, contents } = this.#bounds;
    const key = this.#choices.among(keys);
    const operation = this.#choices.below(15);
    this.world.pass(this.#choices.among(PAUSES));
    this.log.push(`operation ${operation} on ${key}`);
    // Some upload the same bytes again, as who tries again does.
    if (operation <= 4 || operation === 10 || operation === 11) {
      const again = operation >= 10 ? this.#contentOf.get(key) : undefined;
      const content = again ?? this.#choices.among(contents);
      this.reached.sameBytesAgain ||= this.#contentOf.get(key) === content;
      this.#contentOf.set(key, content);
      if (operation === 4) await this.#upload(key, content);
      else await this.world.put(key, content);
    } else if (operation === 5) await this.world.originals.delete(key);
    else if (operation === 6 || operation >= 12) await this.#ask("process", key);
    else if (operation === 7) await this.#ask("remove", key);
    else if (operation === 8) await this.world.deleteVersion(key);
    else this.world.config = (this.world.config + 1) % CONFIGS.length;
  }

  async #deliver(message: Message): Promise<void> {
    // A duplicate is another message: the store told the change twice.
    if (this.#choices.below(4) === 3)
      this.world.messages.push({ change: message.change, receives: 0, inFlight: false });
    message.inFlight = true;
    message.receives += 1;
    const { change, receives } = message;
    const name = `${change.type} ${change.key} (${receives})`;
    const work = (process: Process) => {
      this.reached.sameKeyHandlers ||= [...this.#atWork.values()].includes(change.key);
      this.#atWork.set(process, change.key);
      return this.#domain.settleChange(this.#portsOf(process, change), change, { receives, last: false });
    };
    await this.#processes.start(name, work, (state) => {
      message.inFlight = false;
      if (state === "finished") this.world.messages.splice(this.world.messages.indexOf(message), 1);
      for (const process of this.#atWork.keys())
        if (process.state !== "running") this.#atWork.delete(process);
    });
  }

  async #step(index: number): Promise<void> {
    const faulty =
      !this.#choices.exhausted && this.#faults < this.#bounds.maxFaults && this.#choices.below(12) === 1;
    const fate = faulty ? this.#choices.among(FATES) : "done";
    if (faulty) this.#faults += 1;
    const line = await this.#processes.step(index, fate);
    this.#stirred = STIRRING.test(line);
    this.reached.crashInOutbox ||= faulty && /forget|publish/.test(line);
    this.log.push(line);
  }

  async #upload(key: string, content: string): Promise<void> {
    const bytes = new TextEncoder().encode(content);
    await this.#person(`upload ${key}`, (process) =>
      this.#domain.uploadImage(this.#portsOf(process), { key, bytes }),
    );
  }

  async #ask(type: "process" | "remove", key: string): Promise<void> {
    const sent: Change[] = [];
    // At the end, when nothing is chosen any more, everything is forced.
    const force = this.#choices.below(3) === 0;
    const work = async (process: Process) => {
      const all = this.#portsOf(process);
      const send: ChangeQueue["send"] = (ask, options) => {
        sent.push(ask);
        return all.queue.send(ask, options);
      };
      const ports = { ...all, queue: { ...this.world.queue, send } };
      // Half of the people ask through something that cannot render, and leave all the work to a handler.
      if (this.#choices.below(2) === 1) {
        if (type === "remove") return this.#domain.requestRemoval(ports, imageIdOf(key));
        return this.#domain.requestProcessing(ports, key, { force });
      }
      if (type === "process") {
        const record = await ports.records.get(imageIdOf(key));
        return send({ type, key, version: nextRevision(record?.version), ...(force && { force }) });
      }
      return this.#domain.removeImage(ports, imageIdOf(key));
    };
    await this.#person(`ask ${type} ${key}${force ? " forced" : ""}`, work, () => {
      for (const ask of sent) this.world.answered(ask);
    });
  }

  /** People do not try again by themselves: what they asked for and nobody promised may be lost. */
  async #person(
    name: string,
    work: (process: Process) => Promise<unknown>,
    atEnd: () => void = () => {},
  ): Promise<void> {
    await this.#processes.start(name, work, atEnd);
  }

  #portsOf(process: Process, change?: Change) {
    const { world } = this;
    const gate = <Port extends object>(port: Port, name: string, direct?: readonly string[]) =>
      this.#processes.gate(process, port, name, direct);
    const records = {
      ...world.records,
      commit: async (...args: Parameters<typeof world.records.commit>) => {
        try {
          await world.records.commit(...args);
        } catch (error) {
          if (hasCode(error, "conflict")) this.reached.conflicts += 1;
          throw error;
        }
      },
    };
    return {
      originals: gate(world.originalsFor(change), "originals"),
      renditions: gate(world.stores.renditions, "renditions"),
      records: gate(records, "records"),
      queue: gate(world.queue, "queue"),
      urls: gate(world.urls, "urls", ["urlFor"]),
      events: gate(world.events, "events"),
      engine: gate(fakeEngine(), "engine"),
      config: CONFIGS[world.config] ?? (CONFIGS[0] as (typeof CONFIGS)[number]),
      clock: world.clock,
      log: () => {},
    };
  }
}
