import { hasCode } from "../../domain/model/errors.js";
import type { Diagnosis } from "../../domain/model/finding.js";
import { createFakeEngine } from "../fake-engine.js";
import { Choices } from "./choices.js";
import type { Actor } from "./commit-laws.js";
import { CONFIGS } from "./configs.js";
import { DEEDS, type Deed } from "./deeds.js";
import type { Domain } from "./domain.js";
import type { Message } from "./message.js";
import { type Fate, type Process, Processes } from "./processes.js";
import type { Bounds, HistoryPorts, Reached, Stage } from "./stage.js";
import type { HistoryStores } from "./stores.js";
import { World } from "./world.js";

/** Two keys and a few contents, so that identical bytes meet often; one is no image, and one does not decode to its end. */
export const BOUNDS: Bounds = {
  keys: ["a.png", "b/a.png"],
  contents: [
    "IMG png 12x8 one",
    "IMG png 10x10 two",
    "IMG png 8x12 three",
    "not an image",
    "IMG png 9x9 broken",
  ],
  maxOperations: 7,
  maxHandlers: 4,
  maxFaults: 3,
  tellsTwice: true,
};

const STIRRING = /renditions\.(put|delete)|records\.commit/;

const FATES: readonly Fate[] = ["killed before", "killed after", "refused", "answer lost"];

const ENGINE = createFakeEngine({ sharing: true });

/** Plays one history on the given domain code to its end, and resolves to the world that it leaves. */
export class Simulation implements Stage {
  readonly world: World;
  readonly domain: Domain;
  readonly bounds: Bounds;
  readonly reached: Reached = {
    sameKeyHandlers: false,
    sameBytesAgain: false,
    crashInOutbox: false,
    conflicts: 0,
  };
  readonly log: string[] = [];
  choices: Choices;
  /** Whom nobody was there to answer: what their edits still owe, only reconciling can find. */
  readonly abandoned = new Set<string>();
  readonly #processes = new Processes();
  readonly #atWork = new Map<Process, string>();
  #operations = 0;
  #faults = 0;
  /** Whether the last step may have changed a rendition or a record. */
  #stirred = false;

  constructor(domain: Domain, stores: HistoryStores, choices: Choices, bounds: Bounds = BOUNDS) {
    this.world = new World(stores);
    this.domain = domain;
    this.choices = choices;
    this.bounds = bounds;
  }

  /** Whether nobody is at work. */
  get isStill(): boolean {
    return this.#processes.running.length === 0;
  }

  /** Random until the choices run out, then without faults to the end. */
  async run(): Promise<void> {
    for (let step = 0; step < 5_000; step += 1) {
      if (this.#stirred) await this.world.watch(this.bounds.keys);
      this.#stirred = false;
      if (!(await this.#performNext())) return;
    }
    throw new Error("the history does not come to an end");
  }

  /** When everything is quiet: every image is forced under the current configuration. */
  async forceAll(): Promise<void> {
    this.choices = new Choices(new Uint8Array());
    for (const key of this.bounds.keys) await DEEDS.process(this, key);
    await this.run();
  }

  /** When everything is quiet: all images are compared with their originals and put right. Resolves to what was found. */
  async reconcile(): Promise<readonly Diagnosis[]> {
    this.choices = new Choices(new Uint8Array());
    this.world.resumeListingUpdates();
    let found: readonly Diagnosis[] = [];
    let ended = "running" as Process["state"];
    const reconcileAll = async (ports: HistoryPorts) => {
      found = await this.domain.doctorImages(ports, { repair: true, graceMs: 0 });
    };
    await this.actAsPerson("reconcile", {}, reconcileAll, (state) => {
      ended = state;
    });
    await this.run();
    // No call was made to fail, so a store does not do what it was asked.
    if (ended !== "finished") throw new Error(`reconciling ${ended} though no fault was injected`);
    return found;
  }

  /** Somebody does something; nobody tries again by themselves, and what nobody promised may be lost. */
  async actAsPerson(
    name: string,
    actor: Actor,
    work: (ports: HistoryPorts) => Promise<unknown>,
    atEnd: Process["atEnd"] = () => {},
  ): Promise<void> {
    await this.#processes.start(name, (process) => work(this.createPorts(process, actor)), atEnd);
  }

  async #performNext(): Promise<boolean> {
    const waiting = this.world.messages.filter(({ inFlight, isHidden }) => !inFlight && !isHidden?.());
    const calls = this.#processes.calls.length;
    const mayOperate = !this.choices.exhausted && this.#operations < this.bounds.maxOperations;
    const mayDeliver = waiting.length > 0 && this.#processes.running.length < this.bounds.maxHandlers;
    const choice = this.choices.drawInteger(8);
    if (
      mayOperate &&
      (choice === 0 || (calls === 0 && !mayDeliver) || (choice < 4 && this.#operations === 0))
    ) {
      this.#operations += 1;
      await this.#operate();
    } else if (mayDeliver && (choice === 1 || choice === 2 || calls === 0))
      await this.#deliver(this.choices.pick(waiting));
    else if (calls > 0) await this.#takeStep(this.#chooseNext(calls));
    else return false;
    return true;
  }

  /**
   * Which call comes next: half of the time the youngest process goes on, so that whole handlers run while another one
   * waits between two calls. Evenly mixed calls alone would hardly ever do that.
   */
  #chooseNext(calls: number): number {
    return this.choices.drawInteger(2) === 1 ? calls - 1 : this.choices.drawInteger(calls);
  }

  async #operate(): Promise<void> {
    const key = this.choices.pick(this.bounds.keys);
    const deed: Deed = this.choices.pick(this.world.stores.keepOrder ? DEEDS.ordered : DEEDS.all);
    this.log.push(`${deed} ${key}`);
    await DEEDS[deed](this, key);
  }

  async #deliver(message: Message): Promise<void> {
    // Whoever finds a hidden look, of a writer that can write no more, shows it.
    if (message.isHidden) this.world.looks.showLook(message);
    // A duplicate is another message: the store told the change twice.
    if (this.bounds.tellsTwice && this.choices.drawInteger(4) === 3)
      this.world.messages.push({ change: message.change, attempt: 0, inFlight: false });
    message.inFlight = true;
    message.attempt += 1;
    const { change, attempt } = message;
    const name = `${change.type} ${change.key} (${attempt})`;
    const actor = { change, began: this.world.originals.changes };
    const work = (process: Process) => {
      this.reached.sameKeyHandlers ||= [...this.#atWork.values()].includes(change.key);
      this.#atWork.set(process, change.key);
      return this.domain.settleChange(this.createPorts(process, actor), change, {
        number: attempt,
        isFinal: false,
      });
    };
    await this.#processes.start(name, work, (state) => {
      message.inFlight = false;
      if (state === "finished") this.world.messages.splice(this.world.messages.indexOf(message), 1);
      for (const process of this.#atWork.keys())
        if (process.state !== "running") this.#atWork.delete(process);
    });
  }

  async #takeStep(index: number): Promise<void> {
    const faulty =
      !this.choices.exhausted && this.#faults < this.bounds.maxFaults && this.choices.drawInteger(12) === 1;
    const fate = faulty ? this.choices.pick(FATES) : "done";
    if (faulty) this.#faults += 1;
    const line = await this.#processes.takeStep(index, fate);
    this.#stirred = STIRRING.test(line);
    this.reached.crashInOutbox ||= faulty && /invalidate|publish/.test(line);
    this.log.push(line);
  }

  createPorts(process: Process, actor: Actor): HistoryPorts {
    const { world } = this;
    const wrapPort = <Port extends object>(port: Port, name: string, direct?: readonly string[]) =>
      this.#processes.wrapPort(process, port, name, direct);
    const written = world.createRecords(actor);
    const records = {
      ...written,
      commit: async (...args: Parameters<typeof written.commit>) => {
        try {
          await written.commit(...args);
        } catch (error) {
          if (hasCode(error, "conflict")) {
            this.reached.conflicts += 1;
            actor.conflicted = true;
          }
          throw error;
        }
      },
    };
    const view = wrapPort(world.originals.createView(actor.change), "originals");
    const looks = () =>
      wrapPort(
        world.looks.createView(() => process.state === "running"),
        "looks",
      );
    return {
      originals: world.stores.keepOrder?.({ store: view, looks: looks() }) ?? view,
      store: view,
      looks: looks(),
      renditions: wrapPort(world.renditions, "renditions"),
      records: wrapPort(records, "records"),
      queue: wrapPort(world.queue, "queue"),
      urls: wrapPort(world.urls, "urls", ["getUrl"]),
      events: wrapPort(world.events, "events"),
      engine: wrapPort(ENGINE, "engine"),
      config: CONFIGS[world.config] ?? (CONFIGS[0] as (typeof CONFIGS)[number]),
      clock: world.readClock,
      sleep: async () => {},
      log: () => {},
    };
  }
}
