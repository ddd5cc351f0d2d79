import { beforeEach, describe, expect, it } from "@jest/globals";
import { type MemoryAdapters, memory } from "../../../src/adapters/memory/index.js";
import type { Delivery } from "../../../src/domain/model/change.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { version } from "../../../src/domain/model/version.js";
import {
  type Consumed,
  consumeChanges,
  type Waiting,
} from "../../../src/domain/use-cases/consume-changes.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";

/** One time that a worker waits out, until the test ends it. */
interface Nap {
  readonly milliseconds: number;
  readonly end: () => void;
}

/** The queue, with some of its methods replaced. */
function replaceMethods(queue: ChangeQueue, replaced: Partial<ChangeQueue>): ChangeQueue {
  return {
    send: (...args) => queue.send(...args),
    receive: (...args) => queue.receive(...args),
    acknowledge: (...args) => queue.acknowledge(...args),
    release: (...args) => queue.release(...args),
    ...replaced,
  };
}

/** As many turns as everything that can go on needs to go on. */
async function waitForTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
}

describe("a worker of a queue", () => {
  let ports: MemoryAdapters;
  /** The deed of each change, by its key; a change without one is settled at once. */
  let deeds: Map<string, (signal: AbortSignal) => Promise<void>>;
  let settled: string[];
  let logged: string[];
  let naps: Nap[];
  let wakers: Set<() => void>;
  let stop: AbortController;
  let finish: AbortController;

  beforeEach(() => {
    ports = memory();
    deeds = new Map();
    settled = [];
    logged = [];
    naps = [];
    wakers = new Set();
    stop = new AbortController();
    finish = new AbortController();
  });

  const createConsumer = () => ({
    queue: ports.queue,
    log: (level: string, message: string) => void logged.push(`${level} ${message}`),
    settle: async ({ change }: Delivery, { signal = new AbortController().signal }) => {
      await deeds.get(change.key)?.(signal);
      settled.push(change.key);
    },
  });
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const nap = { milliseconds, end: resolve };
      naps.push(nap);
      signal?.addEventListener("abort", () => {
        naps.splice(naps.indexOf(nap), 1);
        reject(signal.reason);
      });
    });
  const work = (
    options: Partial<Waiting> & { concurrency?: number; queue?: ChangeQueue } = {},
  ): Promise<Consumed> => {
    const { concurrency = 2, queue = ports.queue, ...waiting } = options;
    return consumeChanges(
      { ...createConsumer(), queue },
      { concurrency, signal: stop.signal, waiting: { sleep, wakers, finish: finish.signal, ...waiting } },
    );
  };
  const wake = () => {
    for (const waker of wakers) waker();
  };
  const ask = (key: string) =>
    ports.queue.send({ type: "process", key, version: version({ sequencer: "1", revision: 1 }) });
  const open = async () => (await ports.queue.receive({ limit: 10 })).map(({ change }) => change.key).sort();
  const fail = async () => {
    throw new SafelightError("unavailable", "expected a disk but received none");
  };
  /** Never done, except by being stopped. */
  const hang = (signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

  it("waits before each retry with a signal of its own, so that many waiting changes do not leak listeners", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const recordRest = (milliseconds: number, signal?: AbortSignal) => {
      if (milliseconds === 7) signals.push(signal);
      return sleep(milliseconds, signal);
    };
    for (let index = 0; index < 12; index += 1) {
      deeds.set(`k${index}`, fail);
      await ask(`k${index}`);
    }
    const done = work({ sleep: recordRest, rest: () => 7 });
    await waitForTurns();
    stop.abort();
    expect(await done).toEqual({ settled: 0, failed: 12, drained: false });
    expect([signals.length, new Set(signals).size]).toEqual([12, 12]);
  });

  it("starts with the open changes, and is woken for new ones", async () => {
    await ask("a");
    const working = work();
    await waitForTurns();
    expect(settled).toEqual(["a"]);
    await ask("b");
    wake();
    await waitForTurns();
    expect(settled).toEqual(["a", "b"]);
    finish.abort();
    expect(await working).toEqual({ settled: 2, failed: 0, drained: true });
    expect(await open()).toEqual([]);
  });

  it("polls the queue, because others may have added something", async () => {
    const working = work({ queue: replaceMethods(ports.queue, {}), interval: 700 });
    await waitForTurns();
    await ask("a");
    await waitForTurns();
    expect(settled).toEqual([]);
    expect(naps.map(({ milliseconds }) => milliseconds)).toEqual([700]);
    naps[0]?.end();
    await waitForTurns();
    expect(settled).toEqual(["a"]);
    stop.abort();
    await working;
  });

  it("goes on at once when the queue tells that something was added, and looks seldom besides", async () => {
    const working = work();
    await waitForTurns();
    expect(naps.map(({ milliseconds }) => milliseconds)).toEqual([10_000]);
    await ask("a");
    await waitForTurns();
    expect(settled).toEqual(["a"]);
    stop.abort();
    await working;
  });

  it("tries a queue that could not be read again after a second, also one that tells what was added", async () => {
    let broken = true;
    const { queue } = ports;
    const receive: typeof queue.receive = (options) => (broken ? fail() : queue.receive(options));
    const watch: typeof queue.watch = (onAvailable) => queue.watch(onAvailable);
    const working = work({ queue: replaceMethods(queue, { receive, watch }) });
    await waitForTurns();
    expect(naps.map(({ milliseconds }) => milliseconds)).toEqual([1_000]);
    broken = false;
    naps[0]?.end();
    await waitForTurns();
    expect(naps.map(({ milliseconds }) => milliseconds)).toEqual([10_000]);
    stop.abort();
    await working;
  });

  it("ends its watch of the queue when it ends", async () => {
    const { queue } = ports;
    let watches = 0;
    const watch: typeof queue.watch = (onAvailable) => {
      const unwatch = queue.watch(onAvailable);
      watches += 1;
      return () => {
        watches -= 1;
        unwatch();
      };
    };
    const working = work({ queue: replaceMethods(queue, { watch }) });
    await waitForTurns();
    expect(watches).toBe(1);
    stop.abort();
    await working;
    expect(watches).toBe(0);
  });

  it("continues beside a slow change, within its concurrency", async () => {
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
    const working = work();
    await waitForTurns();
    expect(settled).toEqual(["1", "2", "3", "4"]);
    expect(most).toBe(1);
    stop.abort();
    await working;
  });

  it("settles the latest of several changes of one original first, one after the other", async () => {
    const began: number[] = [];
    const { queue, log } = createConsumer();
    for (const revision of [1, 2, 3])
      await queue.send({ type: "process", key: "a", version: version({ sequencer: "1", revision }) });
    let inHand = 0;
    const settle = async ({ change }: Delivery) => {
      inHand += 1;
      expect(inHand).toBe(1);
      if (change.type === "process") began.push(change.version.revision);
      await Promise.resolve();
      inHand -= 1;
    };
    expect(await consumeChanges({ queue, log, settle }, {})).toEqual({
      settled: 3,
      failed: 0,
      drained: true,
    });
    expect(began).toEqual([3, 2, 1]);
  });

  it("retries a failed change after a delay that blocks no other and grows up to a minute", async () => {
    deeds.set("bad", fail);
    for (const key of ["bad", "good"]) await ask(key);
    const working = work({ concurrency: 1, interval: 5 });
    const rests: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      await waitForTurns();
      const rest = naps.find(({ milliseconds }) => milliseconds !== 5);
      rests.push(rest?.milliseconds ?? 0);
      rest?.end();
      naps.splice(naps.indexOf(rest as Nap), 1);
    }
    await waitForTurns();
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(settled).toEqual(["good"]);
    expect(new Set(logged)).toEqual(new Set(["warn change not settled"]));
    finish.abort();
    // It rests: nothing can be done now, and yet something is left.
    expect(await working).toEqual({ settled: 1, failed: 1, drained: false });
    expect(await open()).toEqual(["bad"]);
  });

  it("finishes all received and open changes before it ends, if asked to finish", async () => {
    let finishSlow = () => {};
    deeds.set("slow", () => new Promise<void>((resolve) => (finishSlow = resolve)));
    for (const key of ["slow", "1", "2"]) await ask(key);
    const working = work();
    await waitForTurns();
    finish.abort();
    await ask("late");
    await waitForTurns();
    expect(settled).toEqual(["1", "2", "late"]);
    finishSlow();
    expect(await working).toEqual({ settled: 4, failed: 0, drained: true });
  });

  it("releases received and waiting changes when stopped, and blames none of them", async () => {
    deeds.set("slow", hang);
    deeds.set("bad", fail);
    for (const key of ["slow", "bad"]) await ask(key);
    const working = work();
    await waitForTurns();
    logged = [];
    stop.abort();
    expect(await working).toEqual({ settled: 0, failed: 2, drained: false });
    expect(await open()).toEqual(["bad", "slow"]);
    expect({ logged, naps, wakers: wakers.size }).toEqual({ logged: [], naps: [], wakers: 0 });
  });

  it("receives nothing if it is stopped before it begins", async () => {
    await ask("a");
    stop.abort();
    expect(await work()).toEqual({ settled: 0, failed: 0, drained: false });
    expect(await open()).toEqual(["a"]);
  });

  it("continues after the queue could not be read", async () => {
    let broken = true;
    const { queue } = ports;
    const receive: typeof queue.receive = (options) => (broken ? fail() : queue.receive(options));
    const unreliable = replaceMethods(queue, { receive });
    const working = work({ queue: unreliable });
    await ask("a");
    await waitForTurns();
    expect(logged).toEqual(["error queue not readable"]);
    broken = false;
    naps[0]?.end();
    await waitForTurns();
    expect(settled).toEqual(["a"]);
    stop.abort();
    await working;
  });

  it("tries to release a change again, and settles it then", async () => {
    let full = true;
    const { queue } = ports;
    const release: typeof queue.release = (id) => (full ? fail() : queue.release(id));
    deeds.set("a", () => (full ? fail() : Promise.resolve()));
    await ask("a");
    const working = work({ queue: replaceMethods(queue, { release }), interval: 5 });
    const endRest = async () => {
      await waitForTurns();
      const rest = naps.find(({ milliseconds }) => milliseconds === 1_000);
      naps.splice(naps.indexOf(rest as Nap), 1);
      rest?.end();
      await waitForTurns();
    };
    await endRest();
    await endRest();
    expect(logged).toEqual([
      "warn change not settled",
      "warn change not released",
      "warn change not released",
    ]);
    full = false;
    await endRest();
    expect(settled).toEqual(["a"]);
    finish.abort();
    expect(await working).toEqual({ settled: 1, failed: 0, drained: true });
  });

  it("reports that a change is left when it ends before it could release it", async () => {
    let full = true;
    const { queue } = ports;
    const release: typeof queue.release = (id) => (full ? fail() : queue.release(id));
    deeds.set("a", fail);
    await ask("a");
    const working = work({ queue: replaceMethods(queue, { release }), interval: 5 });
    await waitForTurns();
    naps.find(({ milliseconds }) => milliseconds === 1_000)?.end();
    await waitForTurns();
    full = false;
    finish.abort();
    expect(await working).toEqual({ settled: 0, failed: 1, drained: false });
    expect(await open()).toEqual(["a"]);
  });

  it("does not release a change that the queue has taken back by itself and handed out again", async () => {
    const { queue } = ports;
    let refusals = 1;
    const released: string[] = [];
    const release: typeof queue.release = async (id) => {
      released.push(id);
      await queue.release(id);
      if (refusals-- > 0) await fail();
    };
    let attempts = 0;
    deeds.set("a", (signal) => (++attempts === 1 ? fail() : hang(signal)));
    await ask("a");
    const working = work({ queue: replaceMethods(queue, { release }), interval: 5 });
    const endRests = async () => {
      await waitForTurns();
      for (const { milliseconds, end } of [...naps]) if (milliseconds === 1_000) end();
      await waitForTurns();
    };
    await endRests();
    expect(attempts).toBe(2);
    await endRests();
    expect(released).toHaveLength(1);
    stop.abort();
    expect(await working).toEqual({ settled: 0, failed: 1, drained: false });
    expect(released).toHaveLength(2);
  });

  it("receives nothing more once it is stopped, finishes what is in hand, and leaves the rest to others", async () => {
    const stopping = new AbortController();
    let release = () => {};
    deeds.set("slow", () => new Promise<void>((resolve) => (release = resolve)));
    await ask("slow");
    const working = work({ concurrency: 2, stop: stopping.signal });
    await waitForTurns();
    stopping.abort();
    await ask("later");
    wake();
    await waitForTurns();
    expect(settled).toEqual([]);
    release();
    expect(await working).toEqual({ settled: 1, failed: 0, drained: false });
    expect(settled).toEqual(["slow"]);
    expect(await open()).toEqual(["later"]);
  });

  it("hands back what failed and what it may not finish when it was stopped", async () => {
    const stopping = new AbortController();
    deeds.set("broken", fail);
    deeds.set("endless", hang);
    for (const key of ["broken", "endless"]) await ask(key);
    const working = work({ stop: stopping.signal });
    await waitForTurns();
    stopping.abort();
    await waitForTurns();
    stop.abort();
    expect(await working).toEqual({ settled: 0, failed: 2, drained: false });
    expect(await open()).toEqual(["broken", "endless"]);
  });

  it("survives a queue that fails to acknowledge and to release", async () => {
    const unable = replaceMethods(ports.queue, { acknowledge: fail, release: fail });
    await ask("a");
    const working = work({ queue: unable });
    finish.abort();
    expect(await working).toEqual({ settled: 0, failed: 1, drained: false });
    expect(logged).toEqual(["warn change not settled", "warn change not released"]);
  });
});

describe("one run over the open changes", () => {
  it("tries no change twice in one run, throws the queue's errors, and releases its changes even then", async () => {
    const { queue } = memory();
    for (const key of ["a", "b"])
      await queue.send({ type: "process", key, version: version({ sequencer: "1", revision: 1 }) });
    const tried: string[] = [];
    const settle = async ({ change }: Delivery) => {
      tried.push(change.key);
      throw new SafelightError("unavailable", "expected a disk but received none");
    };
    const ports = { queue, settle, log: () => {} };
    expect(await consumeChanges(ports, { concurrency: 1 })).toEqual({
      settled: 0,
      failed: 2,
      drained: false,
    });
    expect(tried).toEqual(["a", "b"]);
    let looks = 0;
    const receive: typeof queue.receive = async (options) => {
      looks += 1;
      if (looks > 1) throw new SafelightError("unavailable", "expected a queue but received none");
      return queue.receive(options);
    };
    const breaking = replaceMethods(queue, { receive });
    await expect(consumeChanges({ ...ports, queue: breaking }, { concurrency: 1 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await queue.receive({ limit: 10 })).toHaveLength(2);
  });
});
