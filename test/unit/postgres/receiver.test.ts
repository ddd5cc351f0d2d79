import { mock } from "node:test";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { PostgresDatabase } from "../../../src/adapters/postgres/database.js";
import { Receiver } from "../../../src/adapters/postgres/receiver.js";

describe("a receiver", () => {
  let isAway: boolean;
  let sent: string[];
  let receiver: Receiver;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setInterval"] });
    [isAway, sent] = [false, []];
    const query = async (sql: string) => {
      if (isAway) throw new Error("the server is away");
      sent.push(sql.includes("alive_until = excluded") ? "alive" : sql);
    };
    receiver = new Receiver({ query } as unknown as PostgresDatabase);
  });
  afterEach(() => mock.timers.reset());

  /** Lets so many seconds pass, and everything that they begin. */
  const pass = async (seconds: number) => {
    mock.timers.tick(seconds * 1_000);
    await new Promise((resolve) => setImmediate(resolve));
  };

  it("gives signs of life while it has something in hand", async () => {
    receiver.add(["1", "2"]);
    await pass(11);
    expect(sent).toEqual(["alive", "alive"]);
    for (const row of ["1", "2"]) await receiver.giveBack(row, { sql: `give back ${row}`, values: [] });
    await pass(60);
    expect(sent.slice(2)).toEqual(["give back 1", "give back 2"]);
  });

  it("gives a change back later if it cannot now, though nobody looks for more", async () => {
    receiver.add(["1"]);
    isAway = true;
    await expect(receiver.giveBack("1", { sql: "give back", values: [] })).rejects.toThrow(
      "the server is away",
    );
    await pass(20);
    expect(sent).toEqual([]);
    isAway = false;
    await pass(5);
    expect(sent).toEqual(["alive", "give back"]);
    await pass(60);
    expect(sent).toHaveLength(2);
  });

  it("takes back a claim that nobody heard of, though nobody looks for more, and only once it is void", async () => {
    receiver.takeBack(7);
    await pass(5);
    expect(sent).toEqual([
      "alive",
      expect.stringContaining("void_claims"),
      expect.stringContaining("claim = $2"),
    ]);
  });

  it("is silent once it is stopped", async () => {
    receiver.add(["1"]);
    receiver.stop();
    receiver.add(["2"]);
    await pass(60);
    expect(sent).toEqual([]);
  });
});
