import { expect, it } from "@jest/globals";
import pg from "pg";
import { postgres } from "../../../src/adapters/postgres/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { startPostgresProxy } from "../../support/outages/postgres-proxy.js";
import { describeOnPostgres, toConnectionString } from "../../support/postgres/index.js";
import { takeSample } from "../../support/sample.js";

const ID = deriveImageId("k");

/** How many statements a start sends that makes the schema. */
const STATEMENTS = 15;

const CUTS = Array.from({ length: STATEMENTS }, (_, index) =>
  (["refused", "unanswered"] as const).map((type) => [index + 1, type] as const),
).flat();

describeOnPostgres("the schema on PostgreSQL", (getSchema) => {
  it("is made once, however many processes come first", async () => {
    const processes = Array.from({ length: 6 }, () => getSchema().open({ connections: 1 }));
    const found = await Promise.all(processes.map(({ records }) => records.get(ID)));
    expect(found).toEqual(processes.map(() => undefined));
    await Promise.all(processes.map((one) => one.close()));
    const versions = await getSchema().send("SELECT version FROM {schema}.schema_version");
    expect(versions).toHaveLength(1);
  });

  it.each(takeSample(CUTS, 6))(
    "is made by the next start where the connection breaks at statement %d of one (%s)",
    async (number, type) => {
      const { server, name, send } = getSchema();
      await send("DROP SCHEMA IF EXISTS {schema} CASCADE");
      let count = 0;
      const proxy = await startPostgresProxy(server, () => {
        count += 1;
        return { type: count === number ? type : "none" };
      });
      const ports = postgres({ connectionString: proxy.connectionString, schema: name });
      await expect(ports.records.get(ID)).rejects.toMatchObject({ code: "unavailable" });
      expect(await ports.records.get(ID)).toBeUndefined();
      expect(await send("SELECT version FROM {schema}.schema_version")).toEqual([{ version: 4 }]);
      await ports.close();
      await proxy.close();
    },
  );

  it(`takes ${STATEMENTS} statements, each of which may be cut`, async () => {
    const { server, name, send } = getSchema();
    await send("DROP SCHEMA IF EXISTS {schema} CASCADE");
    let count = 0;
    const proxy = await startPostgresProxy(server, () => {
      count += 1;
      return { type: "none" };
    });
    const ports = postgres({ connectionString: proxy.connectionString, schema: name });
    await ports.records.get(ID);
    // The last statement is that of the call itself.
    expect(count - 1).toBe(STATEMENTS);
    await ports.close();
    await proxy.close();
  });

  it("of a newer version is refused, with what to do, until it is one that is known", async () => {
    const ports = getSchema().open();
    await ports.records.get(ID);
    await getSchema().send("UPDATE {schema}.schema_version SET version = version + 1");
    const late = getSchema().open();
    await expect(late.records.get(ID)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/made by a newer Safelight; update this one$/),
    });
    await getSchema().send("UPDATE {schema}.schema_version SET version = version - 1");
    expect(await late.records.get(ID)).toBeUndefined();
    await Promise.all([ports.close(), late.close()]);
  });

  it("is refused in a database that does not hold text in UTF-8", async () => {
    const { server, send, name } = getSchema();
    await send(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
    const connectionString = toConnectionString(server).replace("/postgres?", `/${name}?`);
    const ports = postgres({ connectionString });
    await expect(ports.records.get(ID)).rejects.toThrow(
      "expected a database in UTF8 for safelight/postgres but received one in LATIN1",
    );
    await ports.close();
    await send(`DROP DATABASE ${name}`);
  });

  it("is used by a user who may not make one, once somebody has made it", async () => {
    const { server, send, name } = getSchema();
    const maker = getSchema().open();
    await maker.records.get(ID);
    await send(`CREATE ROLE ${name} LOGIN`);
    const connectionString = toConnectionString(server).replace("user=safelight", `user=${name}`);
    const refused = getSchema().open({ connectionString });
    await expect(refused.records.get(ID)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("its rights on the schema"),
    });
    await send(`GRANT USAGE ON SCHEMA {schema} TO ${name}`);
    await send(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO ${name}`);
    await refused.queue.receive({ limit: 1 });
    expect(await refused.records.get(ID)).toBeUndefined();
    await Promise.all([maker.close(), refused.close()]);
    await send(`DROP OWNED BY ${name}`);
    await send(`DROP ROLE ${name}`);
  });

  it("is used through a pool of the caller's, which stays open", async () => {
    const { server, name } = getSchema();
    const pool = new pg.Pool({ connectionString: toConnectionString(server), max: 2 });
    const ports = postgres({ pool, schema: name });
    expect(await ports.records.get(ID)).toBeUndefined();
    await ports.close();
    await expect(ports.records.get(ID)).rejects.toMatchObject({ code: "unavailable" });
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it.each(["", "Upper", "a-b", "1a", 'a"; DROP SCHEMA public', "a".repeat(41)])(
    "has no name such as %j",
    (schema) => {
      expect(() => postgres({ schema })).toThrow("expected 1 to 40 characters of a-z 0-9 _");
    },
  );
});
