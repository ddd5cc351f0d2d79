import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { PostgresAdapters } from "../../../src/adapters/postgres/index.js";
import { MAX_ATTEMPTS } from "../../../src/domain/model/change.js";
import { version } from "../../../src/domain/model/version.js";
import { describeOnPostgres } from "../../support/postgres/index.js";

const REQUEST = { type: "process", key: "k", version: version({ sequencer: "1", revision: 1 }) } as const;

describeOnPostgres("the queue on PostgreSQL", (getSchema) => {
  let first: PostgresAdapters;
  let second: PostgresAdapters;

  beforeEach(async () => {
    await getSchema().clear();
    first = getSchema().open();
    second = getSchema().open();
  });

  afterEach(async () => {
    await Promise.all([first.close(), second.close()]);
  });

  /** Lets so many seconds pass for everybody's signs of life. */
  const expireLeases = (seconds: number) =>
    getSchema().send("UPDATE {schema}.receivers SET alive_until = alive_until - make_interval(secs => $1)", [
      seconds,
    ]);

  const receive = ({ queue }: PostgresAdapters, limit = 9) => queue.receive({ limit });

  it("leaves what a receiver has in hand to it for half a minute after its last sign of life", async () => {
    await first.queue.send(REQUEST);
    await receive(first);
    await expireLeases(25);
    expect(await receive(second)).toEqual([]);
    await expireLeases(10);
    expect(await receive(second)).toMatchObject([{ change: REQUEST, attempt: 2 }]);
  });

  it("takes a receive for a sign of life, however long a receiver had nothing to do", async () => {
    await receive(first);
    await expireLeases(100);
    await receive(second);
    await first.queue.send(REQUEST);
    await receive(first);
    expect(await receive(second)).toEqual([]);
    // It dies right after: its place among the living was lost meanwhile, and is there again.
    await expireLeases(35);
    expect(await receive(second)).toHaveLength(1);
  });

  it("frees what the dead have even where there is always more than is asked for", async () => {
    await first.queue.send(REQUEST);
    await receive(first);
    await expireLeases(100);
    for (let times = 0; times < 3; times += 1) await first.queue.send({ ...REQUEST, key: "later" });
    // The first look of a process frees; the second one finds it, since it is the oldest.
    await receive(second, 1);
    expect(await receive(second, 1)).toMatchObject([{ change: { key: "k" } }]);
  });

  it("hands out again after an hour what a living receiver forgot", async () => {
    await first.queue.send(REQUEST);
    await receive(first);
    await getSchema().send("UPDATE {schema}.changes SET received_at = received_at - interval '61 minutes'");
    expect(await receive(second)).toHaveLength(1);
  });

  it("lets nobody release what another one has in hand by now", async () => {
    await first.queue.send(REQUEST);
    const [lost] = await receive(first);
    await expireLeases(100);
    await receive(second);
    await first.queue.release(lost?.id ?? "");
    expect(await receive(first)).toEqual([]);
  });

  it("takes a change that was settled after all for settled, whoever has it by now", async () => {
    await first.queue.send(REQUEST);
    const [lost] = await receive(first);
    await expireLeases(100);
    const [again] = await receive(second);
    await first.queue.acknowledge(lost?.id ?? "");
    await second.queue.release(again?.id ?? "");
    expect(await receive(second)).toEqual([]);
  });

  it("says which attempt is the final one", async () => {
    await first.queue.send(REQUEST);
    const finals: boolean[] = [];
    for (let times = 1; times <= MAX_ATTEMPTS; times += 1) {
      const [delivery] = await receive(first);
      finals.push(delivery?.isFinalAttempt === true);
      await first.queue.release(delivery?.id ?? "");
    }
    expect(finals).toEqual([false, false, false, false, true]);
  });

  it("takes an id that it never gave for one that is gone", async () => {
    for (const id of ["1", "x", "1-1-1", "9".repeat(40), "-1-1"]) {
      await first.queue.acknowledge(id);
      await first.queue.release(id);
    }
  });

  it("tells another process of what is sent, also after its connection was cut", async () => {
    let tell: () => void = () => {};
    const waitForWord = () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      });
    const begun = waitForWord();
    const unwatch = second.queue.watch(() => tell());
    await begun;
    const again = waitForWord();
    await getSchema().send("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1", [
      `LISTEN "${getSchema().name}_changes"`,
    ]);
    await again;
    const sent = waitForWord();
    await first.queue.send(REQUEST);
    await sent;
    unwatch();
  });
});
