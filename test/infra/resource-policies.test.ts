import { describe, expect, it } from "@jest/globals";
import { CASES } from "../support/infra/cases.js";
import { findGuardFaults, type Guarded } from "../support/infra/guarded.js";
import {
  guardAlarms,
  guardEvents,
  guardInvalidations,
  guardKey,
  guardLogs,
  guardOriginals,
  guardQueue,
  guardRenditions,
} from "../support/infra/guarded-resources.js";
import { type Statement, toList } from "../support/infra/policy.js";

describe.each<[string, () => Guarded]>([
  ["the queue's", () => guardQueue(CASES.default)],
  ["the queue's of invalidations", () => guardInvalidations(CASES.default)],
  ["the renditions'", () => guardRenditions(CASES.default)],
  ["the originals'", () => guardOriginals(CASES.default)],
  ["the originals', where the function is told directly,", () => guardOriginals(CASES.direct)],
  ["the events'", () => guardEvents(CASES.default)],
  ["the access logs'", () => guardLogs(CASES.default)],
  ["the alarms'", () => guardAlarms(CASES.customized)],
  ["the key's", () => guardKey(CASES.customized)],
])("%s policy", (_whose, make) => {
  const guarded = make();

  it("allows exactly the required principals", () => {
    expect(findGuardFaults(guarded)).toEqual([]);
  });

  it("has no two statements of one name", () => {
    const names = guarded.statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
    expect(names).toEqual([...new Set(names)]);
  });

  it("would be found wrong without any one statement, and with any star more", () => {
    const { statements } = guarded;
    const mutateStatement = (index: number, change: Partial<Statement>) =>
      statements.map((one, at) => (at === index ? { ...one, ...change } : one));
    for (const [index, { Effect, Action }] of statements.entries()) {
      const without = statements.toSpliced(index, 1);
      expect([index, findGuardFaults({ ...guarded, statements: without })]).not.toEqual([index, []]);
      if (Effect === "Deny") continue;
      const everybody = mutateStatement(index, { Principal: "*" });
      expect([index, findGuardFaults({ ...guarded, statements: everybody })]).not.toEqual([index, []]);
      if (toList(Action).some((one) => one.includes("*"))) continue;
      const everything = mutateStatement(index, { Action: "*" });
      expect([index, findGuardFaults({ ...guarded, statements: everything })]).not.toEqual([index, []]);
    }
  });
});
