import { describe, expect, it } from "@jest/globals";
import { MemoryBlobStore } from "../../src/adapters/memory/index.js";
import { describeFamily, type Family, runFamily } from "../../src/testing/index.js";

const ABSENT = { absent: "nobody has it" };

/** A family of one store. */
const STORE: Family = {
  name: "store",
  ports: {
    originals: ABSENT,
    renditions: [{ law: "a put is durable once it resolves", consequence: "it is gone" }],
    records: ABSENT,
    queue: ABSENT,
    changes: ABSENT,
    histories: ABSENT,
    urls: ABSENT,
    tickets: ABSENT,
    events: ABSENT,
    eventLog: ABSENT,
    webhookDeliveries: ABSENT,
    statuses: ABSENT,
    tagger: ABSENT,
  },
};

const createHarness = () => ({ store: new MemoryBlobStore() });

describe("a family", () => {
  it("is run port by port, each declared gap under a name that says what users live with", () => {
    const groups: string[] = [];
    const names: string[] = [];
    const open = (name: string, body: () => void) => {
      groups.push(name);
      body();
    };
    const runner = { describe: open, it: (name: string) => names.push(name) };
    runFamily(runner, STORE, { renditions: createHarness });
    expect(groups).toEqual(["store", "renditions"]);
    expect(names).toContain("a put is durable once it resolves [declared gap: it is gone]");
  });

  it("has a harness for each port that it does not declare absent, and for no other", () => {
    const runner = { it: () => {} };
    expect(() => runFamily(runner, STORE, {})).toThrow(
      "expected a harness for renditions of store but received none; declare it absent if the family lacks it",
    );
    expect(() => runFamily(runner, STORE, { renditions: createHarness, originals: createHarness })).toThrow(
      "expected no harness for originals of store, which is declared absent, but received one",
    );
  });

  it("declares something of each port", () => {
    const { queue: _, ...ports } = STORE.ports;
    const silent = { ...STORE, ports } as unknown as Family;
    const sentence =
      "expected store to declare for queue its gaps, or what users live with because it is absent, but received nothing";
    expect(() => describeFamily(silent)).toThrow(sentence);
    expect(() => runFamily({ it: () => {} }, silent, { renditions: createHarness })).toThrow(sentence);
  });

  it("describes each port with what users live with", () => {
    const described = describeFamily(STORE);
    expect(described.find(({ port }) => port === "renditions")).toEqual({
      port: "renditions",
      capabilities: [],
      gaps: [{ law: "a put is durable once it resolves", consequence: "it is gone" }],
    });
    expect(described.find(({ port }) => port === "queue")).toMatchObject({
      port: "queue",
      absent: "nobody has it",
      capabilities: expect.arrayContaining([
        { law: "a queue tells that something was added", consequence: "whoever waits looks every second" },
      ]),
      gaps: [],
    });
  });

  it("takes the consequence of a lacking capability from its law, and refuses a gap that names none", () => {
    const lacking = { ...STORE, ports: { ...STORE.ports, queue: [{ law: "a queue can be measured" }] } };
    expect(describeFamily(lacking).flatMap(({ gaps }) => gaps)).toContainEqual({
      law: "a queue can be measured",
      consequence: "the status says nothing of how much waits",
    });
    const misspelt = { ...STORE, ports: { ...STORE.ports, queue: [{ law: "a queue is measured" }] } };
    expect(() => describeFamily(misspelt)).toThrow(
      "expected a gap to name a law of the contract ChangeQueue",
    );
  });
});
