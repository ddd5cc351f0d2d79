import { beforeEach, describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { QueueHealth } from "../../../src/entrypoints/server/queue-health.js";
import { WaitingCount } from "../../../src/entrypoints/server/waiting-count.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import { decorate } from "../../../src/ports/checked/decorate.js";

let now: number;

beforeEach(() => {
  now = 0;
});

const away = new SafelightError("unavailable", "expected a database but received none");

/** As many turns as everything that can go on needs to go on. */
async function waitForTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
}

describe("the health of who receives from a queue", () => {
  it("is bad once the queue has not answered for a minute, and good again with its next answer", async () => {
    let isAway = false;
    const { queue } = memory();
    const health = new QueueHealth(() => now);
    const watched = health.watch(
      decorate(queue, { receive: async (how) => (isAway ? Promise.reject(away) : queue.receive(how)) }),
    );
    await watched.receive({ limit: 1 });
    isAway = true;
    for (now of [1_000, 60_000]) await watched.receive({ limit: 1 }).catch(() => {});
    expect(health.isGood()).toBe(true);
    now = 61_000;
    expect(health.isGood()).toBe(false);
    isAway = false;
    await watched.receive({ limit: 1 });
    expect(health.isGood()).toBe(true);
  });

  it("does not suffer from a look that was given up", async () => {
    const health = new QueueHealth(() => now);
    const watched = health.watch(decorate(memory().queue, { receive: () => Promise.reject(away) }));
    await watched.receive({ limit: 1, signal: AbortSignal.abort() }).catch(() => {});
    now = 100_000;
    expect(health.isGood()).toBe(true);
  });
});

describe("the count of what waits in a shared queue", () => {
  let waiting: number;
  let measured: number;
  let logged: string[];
  const log = (_level: string, message: string) => void logged.push(message);

  const createQueue = (measure?: ChangeQueue["measure"]): ChangeQueue =>
    decorate(memory().queue, {
      measure:
        measure ??
        (async () => {
          measured += 1;
          return { waiting, inFlight: 0 };
        }),
    });

  beforeEach(() => {
    [waiting, measured, logged] = [7, 0, []];
  });

  it("is that of the queue a moment ago and what came in since", async () => {
    const count = new WaitingCount(createQueue(), log, () => now);
    expect(count.read()).toBe(0);
    count.increment();
    await waitForTurns();
    expect(count.read()).toBe(8);
    waiting = 3;
    now = 2_000;
    count.read();
    await waitForTurns();
    expect(count.read()).toBe(3);
    expect(measured).toBe(2);
  });

  it("stays what it was while the queue cannot be counted, and says so", async () => {
    const count = new WaitingCount(
      createQueue(() => Promise.reject(away)),
      log,
      () => now,
    );
    count.increment();
    count.read();
    await waitForTurns();
    expect([count.read(), ...logged]).toEqual([1, "queue not counted"]);
  });
});
