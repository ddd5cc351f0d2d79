import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import Connection from "libsql";
import { openConnection } from "../../../src/adapters/local/database.js";
import { local } from "../../../src/adapters/local/index.js";
import { version } from "../../../src/domain/model/version.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const TEXT = { contentType: "text/plain" };

describe("the local change queue, opened twice", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    place.close();
  });

  it("hands out no change that is recorded but has not happened yet", async () => {
    const [first, second] = [place.open(), place.open()];
    await first.queue.send({ type: "process", key: "k", version: version({ sequencer: "1", revision: 1 }) });
    await first.queue.receive({ limit: 1 }).then(([delivery]) => first.queue.release(delivery?.id ?? ""));
    // As whoever puts or removes an original does, between writing it down and doing it.
    const changing = openConnection(join(place.dir, "locks.db"));
    changing.exec("BEGIN IMMEDIATE");
    let received = false;
    const receiving = second.queue.receive({ limit: 9 }).finally(() => {
      received = true;
    });
    for (let turn = 0; turn < 100; turn++) await new Promise((next) => setImmediate(next));
    expect(received).toBe(false);
    changing.exec("ROLLBACK");
    changing.close();
    expect(await receiving).toHaveLength(1);
  });

  it("leaves a change to the instance that made it", async () => {
    const [first, second] = [place.open(), place.open()];
    await first.originals.put("k", new Uint8Array(1), TEXT);
    expect(await second.queue.receive({ limit: 9 })).toEqual([]);
    expect(await first.queue.receive({ limit: 9 })).toHaveLength(1);
    expect(await first.queue.receive({ limit: 9 })).toEqual([]);
  });

  it("gives a change to another instance if its own runs but does not receive it for a minute", async () => {
    const [first, second] = [place.open(), place.open()];
    await first.originals.put("k", new Uint8Array(1), TEXT);
    advanceClock(59_000);
    expect(await second.queue.receive({ limit: 9 })).toEqual([]);
    advanceClock(2_000);
    expect(await second.queue.receive({ limit: 9 })).toHaveLength(1);
  });

  it("gives a received change to another instance after an hour, or once it was released", async () => {
    const [first, second] = [place.open(), place.open()];
    await first.originals.put("k", new Uint8Array(1), TEXT);
    const [delivery] = await first.queue.receive({ limit: 1 });
    advanceClock(59 * 60_000);
    expect(await second.queue.receive({ limit: 9 })).toEqual([]);
    advanceClock(2 * 60_000);
    const [again] = await second.queue.receive({ limit: 9 });
    expect(again).toEqual({ ...delivery, attempt: 2 });
    await second.queue.release(again?.id ?? "");
    expect(await first.queue.receive({ limit: 9 })).toEqual([{ ...delivery, attempt: 3 }]);
  });

  it("gives the changes of a closed instance to the next one", async () => {
    const first = place.open();
    await first.originals.put("k", new Uint8Array(1), TEXT);
    await first.queue.send({ type: "remove", key: "k", version: version({ sequencer: "1", revision: 3 }) });
    await first.queue.receive({ limit: 1 });
    first.close();
    const received = await place.open().queue.receive({ limit: 9 });
    expect(received.map(({ change, attempt }) => [change.type, attempt])).toEqual([
      ["created", 2],
      ["remove", 1],
    ]);
  });

  it("counts as unclaimed what waits for anybody or was left by the dead, and not what others work on", async () => {
    const [first, second] = [place.open(), place.open()];
    for (const key of ["a", "b"]) await first.originals.put(key, new Uint8Array(1), TEXT);
    await first.queue.receive({ limit: 1 });
    const count = () => [second.queue.count(), second.queue.countUnclaimed()];
    expect(count()).toEqual([2, 0]);
    const anybody = local({ dir: place.dir, consumer: "other" });
    await anybody.originals.put("c", new Uint8Array(1), TEXT);
    anybody.close();
    expect(count()).toEqual([3, 1]);
    first.close();
    expect(count()).toEqual([3, 3]);
  });

  it("takes back with the next look what it could not take back, and only once", async () => {
    const { originals, queue } = place.open();
    await originals.put("k", new Uint8Array(1), TEXT);
    const [delivery] = await queue.receive({ limit: 9 });
    const other = new Connection(join(place.dir, "safelight.db"));
    other.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON changes WHEN NEW.consumer IS NULL BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    await expect(queue.release(delivery?.id ?? "")).rejects.toMatchObject({ code: "unavailable" });
    await expect(queue.receive({ limit: 9 })).rejects.toMatchObject({ code: "unavailable" });
    other.exec("DROP TRIGGER full");
    other.close();
    expect(await queue.receive({ limit: 9 })).toEqual([{ ...delivery, attempt: 2 }]);
    expect(await queue.receive({ limit: 9 })).toEqual([]);
  });

  it("hands out no request whose version cannot be read, rather than one of another version", async () => {
    const { queue } = place.open();
    await queue.send({ type: "process", key: "k", version: version({ sequencer: "1", revision: 1 }) });
    const connection = new Connection(join(place.dir, "safelight.db"));
    connection.exec("UPDATE changes SET version = '1-1'");
    connection.close();
    const message = expect.stringContaining("instead of the label of a version");
    await expect(queue.receive({ limit: 1 })).rejects.toMatchObject({ code: "internal", message });
  });

  it("reports the final attempt from the fifth receive on and keeps the change all the same", async () => {
    const { originals, queue } = place.open();
    await originals.put("k", new Uint8Array(1), TEXT);
    const last: unknown[] = [];
    for (let times = 0; times < 6; times += 1) {
      const [delivery] = await queue.receive({ limit: 1 });
      last.push(delivery?.isFinalAttempt);
      await queue.release(delivery?.id ?? "");
    }
    expect(last).toEqual([undefined, undefined, undefined, undefined, true, true]);
  });
});

/** Lets time pass for everyone in this process. */
function advanceClock(milliseconds: number): void {
  const now = Date.now() + milliseconds;
  jest.spyOn(Date, "now").mockReturnValue(now);
}
