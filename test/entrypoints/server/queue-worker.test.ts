import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import type { Delivery } from "../../../src/domain/model/change.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { QueueWorker } from "../../../src/entrypoints/server/queue-worker.js";
import { eventually } from "./served.js";

/** So long that only a wake-up can be the reason why something happens. */
const NEVER = 10_000_000;

describe("a worker of a queue", () => {
  let ports: MemoryAdapters;
  let worker: QueueWorker;
  /** What each change is to do, by its key; otherwise it is settled at once. */
  let deeds: Map<string, (delivery: Delivery, signal: AbortSignal) => Promise<void>>;
  let settled: string[];

  beforeEach(() => {
    ports = memory();
    deeds = new Map();
    settled = [];
    worker = workerWith({});
  });
  afterEach(() => worker.stop());

  function workerWith(options: {
    concurrency?: number;
    interval?: number;
    rest?: (receives: number) => number;
  }) {
    return new QueueWorker({
      concurrency: 2,
      interval: NEVER,
      log: () => {},
      queue: ports.queue,
      pipeline: {
        settle: async (delivery, { signal = new AbortController().signal } = {}) => {
          await deeds.get(delivery.change.key)?.(delivery, signal);
          settled.push(delivery.change.key);
        },
      },
      ...options,
    });
  }

  const ask = (key: string) =>
    ports.queue.send({ type: "process", key, version: { sequencer: "1", revision: 1 } });
  const fail = async () => {
    throw new SafelightError("unavailable", "expected a disk but received none");
  };
  /** Never done, except by being stopped. */
  const hang = (_: Delivery, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

  it("begins with what is open, and is woken for what comes", async () => {
    await ask("a");
    worker.start();
    await eventually(() => settled.includes("a"));
    await ask("b");
    worker.wake();
    await eventually(() => settled.includes("b"));
    expect(await worker.drain(NEVER)).toBe(true);
    expect(await ports.queue.receive({ limit: 10 })).toEqual([]);
  });

  it("looks now and then, because others may have added something", async () => {
    worker = workerWith({ interval: 5 });
    worker.start();
    await ask("a");
    await eventually(() => settled.includes("a"));
  });

  it("goes on beside a change that takes long, with no more in hand than it may have", async () => {
    let most = 0;
    let inHand = 0;
    deeds.set("slow", hang);
    for (const key of ["1", "2", "3", "4"])
      deeds.set(key, async () => {
        inHand += 1;
        most = Math.max(most, inHand);
        await Promise.resolve();
        inHand -= 1;
      });
    for (const key of ["slow", "1", "2", "3", "4"]) await ask(key);
    worker.start();
    await eventually(() => settled.length === 4);
    expect(most).toBe(1);
  });

  it("tries again what fails, after a rest that takes nobody's place", async () => {
    const rests: number[] = [];
    worker = workerWith({
      concurrency: 1,
      rest: (receives) => {
        rests.push(receives);
        return receives < 3 ? 1 : NEVER;
      },
    });
    deeds.set("bad", fail);
    for (const key of ["bad", "good"]) await ask(key);
    worker.start();
    await eventually(() => rests.length === 3);
    expect(rests).toEqual([1, 2, 3]);
    expect(settled).toEqual(["good"]);
    // It rests: nothing can be done now, and yet something is left.
    expect(await worker.drain(NEVER)).toBe(false);
  });

  it("does not wait longer than it is told for what is in hand", async () => {
    deeds.set("slow", hang);
    await ask("slow");
    worker.start();
    expect(await worker.drain(1)).toBe(false);
  });

  it("leaves to others what it had in hand or resting when it is stopped", async () => {
    worker = workerWith({ rest: () => NEVER });
    deeds.set("slow", hang);
    let failed = false;
    deeds.set("bad", async () => {
      failed = true;
      return fail();
    });
    for (const key of ["slow", "bad"]) await ask(key);
    worker.start();
    await eventually(() => failed);
    await worker.stop();
    const free = await ports.queue.receive({ limit: 10 });
    expect(free.map(({ change }) => change.key).sort()).toEqual(["bad", "slow"]);
  });

  it("goes on after a time in which the queue could not be read", async () => {
    let broken = true;
    const queue = Object.assign(Object.create(ports.queue), {
      receive: (options: { limit: number }) => (broken ? fail() : ports.queue.receive(options)),
    });
    worker = new QueueWorker({
      concurrency: 1,
      interval: 1,
      log: () => {
        broken = false;
      },
      queue,
      pipeline: { settle: async ({ change }) => void settled.push(change.key) },
    });
    await ask("a");
    worker.start();
    await eventually(() => settled.includes("a"));
  });
});
