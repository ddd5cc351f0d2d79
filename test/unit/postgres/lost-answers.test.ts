import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { PostgresAdapters } from "../../../src/adapters/postgres/index.js";
import { version } from "../../../src/domain/model/version.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import { startPostgresProxy } from "../../support/outages/postgres-proxy.js";
import { type FaultyPool, openFaultyPool } from "../../support/postgres/faulty-pool.js";
import { describeOnPostgres, toConnectionString } from "../../support/postgres/index.js";

const REQUEST = { type: "process", key: "k", version: version({ sequencer: "1", revision: 1 }) } as const;

describeOnPostgres("a statement whose answer is lost", (getSchema) => {
  let pool: FaultyPool;
  let ports: PostgresAdapters;

  beforeEach(async () => {
    pool = openFaultyPool(toConnectionString(getSchema().server));
    ports = getSchema().open({ pool });
    await ports.queue.receive({ limit: 1 });
    await getSchema().clear();
  });

  afterEach(async () => {
    await ports.close();
    await pool.end();
  });

  it("may have committed: commit says unavailable, and repeating it conflict", async () => {
    const record = createRecord("k");
    pool.lose("unanswered", "INSERT INTO");
    await expect(ports.records.commit(record, { replacing: "nothing" })).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(ports.records.commit(record, { replacing: "nothing" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await ports.records.get(record.imageId)).toEqual(record);
  });

  it("may have claimed changes: the next receive hands them out, as if they had not been", async () => {
    await ports.queue.send(REQUEST);
    pool.lose("unanswered", "SKIP LOCKED");
    await expect(ports.queue.receive({ limit: 1 })).rejects.toMatchObject({ code: "unavailable" });
    expect(await ports.queue.receive({ limit: 1 })).toMatchObject([{ change: REQUEST, attempt: 1 }]);
  });

  it("may claim changes later: it claims nothing then", async () => {
    pool.lose("late", "SKIP LOCKED");
    await expect(ports.queue.receive({ limit: 1 })).rejects.toMatchObject({ code: "unavailable" });
    expect(await ports.queue.receive({ limit: 1 })).toEqual([]);
    await ports.queue.send(REQUEST);
    await pool.sendLate();
    expect(await ports.queue.receive({ limit: 1 })).toMatchObject([{ change: REQUEST, attempt: 1 }]);
  });

  it.each(["unanswered", "refused"] as const)(
    "may have looked for what is free (%s): what was claimed before is handed out",
    async (fault) => {
      await ports.queue.send(REQUEST);
      pool.lose(fault, "DELETE FROM");
      expect(await ports.queue.receive({ limit: 9 })).toMatchObject([{ change: REQUEST }]);
    },
  );

  it.each(["unanswered", "refused"] as const)(
    "may have released a change (%s): it is free once this process looks again",
    async (fault) => {
      await ports.queue.send(REQUEST);
      const [delivery] = await ports.queue.receive({ limit: 9 });
      pool.lose(fault, "released");
      await expect(ports.queue.release(delivery?.id ?? "")).rejects.toMatchObject({ code: "unavailable" });
      expect(await ports.queue.receive({ limit: 9 })).toMatchObject([{ change: REQUEST, attempt: 2 }]);
    },
  );

  it.each(["unanswered", "refused"] as const)(
    "may have acknowledged a change (%s): it is gone once this process looks again",
    async (fault) => {
      await ports.queue.send(REQUEST);
      const [delivery] = await ports.queue.receive({ limit: 9 });
      pool.lose(fault, "DELETE FROM");
      await expect(ports.queue.acknowledge(delivery?.id ?? "")).rejects.toMatchObject({
        code: "unavailable",
      });
      expect(await ports.queue.receive({ limit: 9 })).toEqual([]);
      expect(await ports.queue.measure()).toEqual({ waiting: 0, inFlight: 0 });
    },
  );

  it("is given up where the server is silent, with its connection: the next one takes another", async () => {
    let isSilent = true;
    const { server } = getSchema();
    const proxy = await startPostgresProxy(server, (statement) => ({
      type: isSilent && statement.includes("INSERT INTO") ? "silent" : "none",
    }));
    const { connectionString } = proxy;
    const patient = getSchema().open({ connectionString, connections: 1, timeout: 500 });
    await expect(patient.queue.send(REQUEST)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("PostgreSQL did not answer"),
    });
    isSilent = false;
    await patient.queue.send(REQUEST);
    expect(await patient.queue.receive({ limit: 9 })).toHaveLength(1);
    await patient.close();
    await proxy.close();
  });

  it("may have sent a request: sending it again adds another one", async () => {
    pool.lose("unanswered", "INSERT INTO");
    await expect(ports.queue.send(REQUEST)).rejects.toMatchObject({ code: "unavailable" });
    await ports.queue.send(REQUEST);
    expect(await ports.queue.receive({ limit: 9 })).toHaveLength(2);
  });
});
