import { describe, expect, it } from "@jest/globals";
import { CASES } from "../support/infra/cases.js";
import { faultsOf, type Guarded } from "../support/infra/guarded.js";
import {
  alarmsOf,
  eventsOf,
  keyOf,
  logsOf,
  originalsOf,
  queueOf,
  renditionsOf,
} from "../support/infra/guarded-resources.js";
import { listed, type Statement } from "../support/infra/policy.js";

describe.each<[string, () => Guarded]>([
  ["the queue's", () => queueOf(CASES.default)],
  ["the renditions'", () => renditionsOf(CASES.default)],
  ["the originals'", () => originalsOf(CASES.default)],
  ["the originals', where the function is told directly,", () => originalsOf(CASES.direct)],
  ["the events'", () => eventsOf(CASES.default)],
  ["the access logs'", () => logsOf(CASES.default)],
  ["the alarms'", () => alarmsOf(CASES.customized)],
  ["the key's", () => keyOf(CASES.customized)],
])("%s policy", (_whose, make) => {
  const guarded = make();

  it("lets those in who have to, and nobody else", () => {
    expect(faultsOf(guarded)).toEqual([]);
  });

  it("has no two statements of one name", () => {
    const names = guarded.statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
    expect(names).toEqual([...new Set(names)]);
  });

  it("would be found wrong without any one statement, and with any star more", () => {
    const { statements } = guarded;
    const mutated = (index: number, change: Partial<Statement>) =>
      statements.map((one, at) => (at === index ? { ...one, ...change } : one));
    for (const [index, { Effect, Action }] of statements.entries()) {
      const without = statements.toSpliced(index, 1);
      expect([index, faultsOf({ ...guarded, statements: without })]).not.toEqual([index, []]);
      if (Effect === "Deny") continue;
      const everybody = mutated(index, { Principal: "*" });
      expect([index, faultsOf({ ...guarded, statements: everybody })]).not.toEqual([index, []]);
      if (listed(Action).some((one) => one.includes("*"))) continue;
      const everything = mutated(index, { Action: "*" });
      expect([index, faultsOf({ ...guarded, statements: everything })]).not.toEqual([index, []]);
    }
  });
});
