import { SafelightError } from "../../domain/model/errors.js";
import type { Send } from "./pool.js";
import { MIGRATIONS } from "./schema.js";

/**
 * Brings the schema up to date, in the transaction of `send`: whoever comes first does it, whoever comes meanwhile waits.
 * Only forward: throws `unavailable` for a schema of a newer version, which this one could only damage, and for a database
 * that does not hold text in UTF-8: no caller of a pipeline is to blame, and with another database the same call succeeds.
 */
export async function migrate(send: Send, schema: string): Promise<void> {
  if ((await readVersion(send)) === MIGRATIONS.length) return;
  await send("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`safelight ${schema}`]);
  const {
    rows: [database],
  } = await send<{ encoding: string; exists: boolean }>(
    "SELECT current_setting('server_encoding') AS encoding, to_regnamespace($1) IS NOT NULL AS exists",
    [`"${schema}"`],
  );
  if (database?.encoding !== "UTF8")
    throw createRefusal(
      `expected a database in UTF8 for safelight/postgres but received one in ${database?.encoding}; create it with ENCODING 'UTF8'`,
    );
  // With the right to use a schema that an administrator has made, but none to make one, this is not sent.
  if (!database.exists) await send("CREATE SCHEMA IF NOT EXISTS {schema}");
  await send("CREATE TABLE IF NOT EXISTS {schema}.schema_version (version integer NOT NULL)");
  // Read again: others may have done it while this one waited.
  const from = await readVersion(send);
  if (from > MIGRATIONS.length)
    throw createRefusal(
      `expected a schema of version ${MIGRATIONS.length} or older for ${schema} but received ${from}, made by a newer Safelight; update this one`,
    );
  if (from === MIGRATIONS.length) return;
  for (const statements of MIGRATIONS.slice(from)) await send(statements);
  await send("DELETE FROM {schema}.schema_version");
  await send("INSERT INTO {schema}.schema_version (version) VALUES ($1)", [MIGRATIONS.length]);
}

/** 0: nothing is there yet. */
async function readVersion(send: Send): Promise<number> {
  const { rows: tables } = await send<{ exists: boolean }>(
    "SELECT to_regclass('{schema}.schema_version') IS NOT NULL AS exists",
  );
  if (!tables[0]?.exists) return 0;
  const { rows } = await send<{ version: number }>("SELECT version FROM {schema}.schema_version");
  return rows[0]?.version ?? 0;
}

function createRefusal(message: string): SafelightError {
  return new SafelightError("unavailable", message);
}
