import { describe, expect, it } from "@jest/globals";
import { memory } from "../../src/adapters/memory/index.js";
import {
  type Contract,
  changeQueueContract,
  checkContract,
  runContract,
} from "../../src/ports/contracts/index.js";
import { hideMethod } from "../support/liars/liar.js";

interface Harness {
  readonly answer: number;
  close?(): void;
}

const even = createLaw("is even", ({ answer }) => answer % 2 === 0);
const positive = createLaw("is positive", ({ answer }) => answer > 0);
const contract: Contract<Harness> = { name: "Answer", laws: [even, positive] };

describe("checkContract", () => {
  it("reports of each law whether it was kept or broken, and by what", async () => {
    expect(await checkContract(contract, () => ({ answer: 3 }))).toEqual([
      { law: "is even", outcome: "broken", error: new Error("3") },
      { law: "is positive", outcome: "kept" },
    ]);
  });

  it("distinguishes a declared gap from an expired one", async () => {
    const gaps = contract.laws.map(({ name }) => ({ law: name, consequence: "why" }));
    expect(await checkContract(contract, () => ({ answer: 3 }), gaps)).toEqual([
      { law: "is even", outcome: "gap-declared", consequence: "why", error: new Error("3") },
      { law: "is positive", outcome: "gap-obsolete" },
    ]);
  });

  it("refuses a gap for a law that the contract does not have", async () => {
    const gaps = [{ law: "is odd", consequence: "why" }];
    await expect(checkContract(contract, () => ({ answer: 2 }), gaps)).rejects.toThrow("is odd");
    expect(() => runContract({ it: () => {} }, contract, () => ({ answer: 2 }), gaps)).toThrow("is odd");
  });

  it("takes the consequence of a capability from its law, and asks for that of a promise", async () => {
    const capability = { ...even, consequence: "odd things happen" };
    const able = { ...contract, laws: [capability, positive] };
    expect(await checkContract(able, () => ({ answer: 3 }), [{ law: "is even" }])).toMatchObject([
      { law: "is even", outcome: "gap-declared", consequence: "odd things happen" },
      { law: "is positive", outcome: "kept" },
    ]);
    await expect(checkContract(able, () => ({ answer: 3 }), [{ law: "is positive" }])).rejects.toThrow(
      "expected a consequence for the declared gap but received none: is positive",
    );
  });

  it("finds a capability missing that nobody declared to lack", async () => {
    const { queue } = memory();
    const silent = hideMethod(queue, "watch");
    const law = "a queue tells that something was added";
    const one = { ...changeQueueContract, laws: changeQueueContract.laws.filter(({ name }) => name === law) };
    expect(await checkContract(one, () => ({ queue: silent }))).toMatchObject([{ law, outcome: "broken" }]);
    expect(await checkContract(one, () => ({ queue: silent }), [{ law }])).toMatchObject([
      { outcome: "gap-declared", consequence: "whoever waits looks every second" },
    ]);
  });

  it("makes a harness for each law and closes it, broken or not", async () => {
    const log: string[] = [];
    await checkContract(contract, () => {
      log.push("made");
      return { answer: -1, close: () => void log.push("closed") };
    });
    expect(log).toEqual(["made", "closed", "made", "closed"]);
  });

  it("never counts a harness that cannot be created as a gap", async () => {
    const gaps = [{ law: "is even", consequence: "why" }];
    const failOpening = () => Promise.reject(new Error("no room"));
    await expect(checkContract(contract, failOpening, gaps)).rejects.toThrow("no room");
  });

  it("passes the number of trials to the laws", async () => {
    const seen: unknown[] = [];
    const curious = {
      name: "is asked",
      check: async (_: Harness, trials: unknown) => void seen.push(trials),
    };
    await checkContract({ name: "Curious", laws: [curious] }, () => ({ answer: 0 }), [], {
      runs: 7,
      seed: 1,
    });
    expect(seen).toEqual([{ runs: 7, seed: 1 }]);
  });
});

describe("runContract", () => {
  it("registers one test for each law, which fails as the law is broken", async () => {
    const { groups, tests } = await register({ answer: 3 });
    expect(groups).toEqual(["Answer"]);
    expect(tests).toEqual({ "is even": "3", "is positive": "passed" });
  });

  it("lets a declared gap pass under a name that says what users live with", async () => {
    const { tests } = await register({ answer: 3 }, [{ law: "is even", consequence: "3 is odd" }]);
    expect(tests).toEqual({ "is even [declared gap: 3 is odd]": "passed", "is positive": "passed" });
  });

  it("fails a gap that has expired", async () => {
    const { tests } = await register({ answer: 2 }, [{ law: "is even", consequence: "2 was odd" }]);
    expect(tests["is even [declared gap: 2 was odd]"]).toContain("delete the gap: is even");
  });

  it("needs no more of a runner than a way to name a test", async () => {
    const names: string[] = [];
    runContract({ it: (name) => names.push(name) }, contract, () => ({ answer: 2 }));
    expect(names).toEqual(["is even", "is positive"]);
  });
});

function createLaw(name: string, holds: (harness: Harness) => boolean) {
  const check = async (harness: Harness) => {
    if (!holds(harness)) throw new Error(String(harness.answer));
  };
  return { name, check };
}

/** Runs the contract with a runner made by hand: the groups it opened, and what came of each test. */
async function register(harness: Harness, gaps: readonly { law: string; consequence: string }[] = []) {
  const groups: string[] = [];
  const bodies: [string, () => Promise<void>][] = [];
  const runner = {
    describe: (name: string, body: () => void) => {
      groups.push(name);
      body();
    },
    it: (name: string, body: () => Promise<void>) => bodies.push([name, body]),
  };
  runContract(runner, contract, () => harness, gaps);
  const tests: Record<string, string> = {};
  for (const [name, body] of bodies) {
    tests[name] = await body().then(
      () => "passed",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }
  return { groups, tests };
}
