import type { TestSchema } from "../postgres/index.js";
import type { S3StoreServer } from "../s3-stores/server.js";
import type { Decide } from "./faults.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";
import { openProcess, type Places, type PlayedProcess } from "./process.js";
import { type StoreProxy, startStoreProxy } from "./store-proxy.js";

/** An API and two workers, each behind the same proxies in front of a database and a store. */
export interface Deployment {
  readonly api: PlayedProcess;
  readonly workers: readonly PlayedProcess[];
  readonly database: PostgresProxy;
  readonly store: StoreProxy;
  /** The same places without the proxies. */
  readonly places: Places;
  close(): Promise<void>;
}

/** Starts a deployment on an empty schema and in buckets of its own. `longestPause`: see {@link openProcess}. */
export async function startDeployment(
  { schema, server }: { readonly schema: TestSchema; readonly server: S3StoreServer },
  decide: { readonly database: Decide; readonly store: Decide },
  longestPause?: number,
): Promise<Deployment> {
  await schema.clear();
  const database = await startPostgresProxy(schema.server, decide.database);
  const store = await startStoreProxy(server.endpoint, decide.store);
  const buckets = { originals: await server.createBucket(), renditions: await server.createBucket() };
  const around = { schema, buckets, connectionString: database.connectionString };
  const open = () => openProcess({ ...around, endpoint: store.endpoint }, longestPause);
  const [api, ...workers] = [open(), open(), open()] as const;
  return {
    api,
    workers,
    database,
    store,
    places: { ...around, endpoint: server.endpoint },
    close: async () => {
      for (const one of [api, ...workers]) await one.close();
      await database.close();
      await store.close();
    },
  };
}
