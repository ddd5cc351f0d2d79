import { describe, expect, it } from "@jest/globals";
import { sharpEngine, workerEngine } from "../../../src/adapters/sharp/index.js";
import { createMemoryBudget } from "../../../src/adapters/sharp/limits/memory-budget.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import { createFacts } from "../../support/specs.js";

const MEBIBYTE = 1024 * 1024;

function planCosting(decodeCost: number) {
  const facts = { ...createFacts({ width: 10, height: 10 }), decodeCost };
  return planRenditions(facts, { thumbnails: {}, metadata: "strip" });
}

/** Tasks that go on until they are told to end, and who of them has begun. */
function createTasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const createTask = (name: string) => () =>
    new Promise<void>((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  return { begun, task: createTask, end: (name: string) => ends.get(name)?.() };
}

/** Whatever is ready to go on has gone on. */
const waitForTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("A memory budget", () => {
  it("admits pictures together while their costs fit", async () => {
    const within = createMemoryBudget(100 * MEBIBYTE);
    const { begun, task, end } = createTasks();
    const all = (
      [
        ["first", 60],
        ["second", 40],
        ["third", 10],
      ] as const
    ).map(([name, cost]) => within(planCosting(cost * MEBIBYTE), undefined, task(name)));
    await waitForTurn();
    expect(begun).toEqual(["first", "second"]);
    end("second");
    await waitForTurn();
    expect(begun).toEqual(["first", "second", "third"]);
    end("first");
    end("third");
    await Promise.all(all);
  });

  it("gives the whole budget to a picture that would never fit", async () => {
    const within = createMemoryBudget(100 * MEBIBYTE);
    const { begun, task, end } = createTasks();
    const all = (
      [
        ["small", 1],
        ["giant", 700],
        ["next", 1],
      ] as const
    ).map(([name, cost]) => within(planCosting(cost * MEBIBYTE), undefined, task(name)));
    await waitForTurn();
    expect(begun).toEqual(["small"]);
    end("small");
    await waitForTurn();
    expect(begun).toEqual(["small", "giant"]);
    end("giant");
    await waitForTurn();
    expect(begun).toEqual(["small", "giant", "next"]);
    end("next");
    await Promise.all(all);
  });

  it("releases the share of a failed picture, and reserves nothing for one that gave up waiting", async () => {
    const within = createMemoryBudget(MEBIBYTE);
    const { begun, task, end } = createTasks();
    const failing = within(planCosting(1), undefined, async () => {
      throw new Error("no picture");
    });
    const held = within(planCosting(1), undefined, task("held"));
    const stop = new AbortController();
    const waiting = within(planCosting(1), stop.signal, task("given up"));
    const last = within(planCosting(1), undefined, task("last"));
    await expect(failing).rejects.toThrow("no picture");
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    await waitForTurn();
    end("held");
    await waitForTurn();
    end("last");
    await Promise.all([held, last]);
    expect(begun).toEqual(["held", "last"]);
  });

  it.each([0, -1, 1.5, Number.NaN])("is refused by both engines when it is %d", (bytes) => {
    const message = /^expected a whole number of bytes from 1 for memoryBudgetBytes but received/;
    expect(() => sharpEngine({ memoryBudgetBytes: bytes })).toThrow(message);
    expect(() => workerEngine({ memoryBudgetBytes: bytes })).toThrow(message);
  });
});
