import { afterAll, beforeAll, describe } from "@jest/globals";
import { OrderedBlobStore } from "../../src/adapters/postgres/ordered-blob-store.js";
import { s3 } from "../../src/adapters/s3/index.js";
import type { BlobStore } from "../../src/ports/blob-store.js";
import { type BlobStoreHarness, runFamily } from "../../src/testing/index.js";
import { NOWHERE, STRANGER } from "../support/cloud/clients.js";
import { sendTicket } from "../support/cloud/send-ticket.js";
import { S3_POSTGRES_FAMILY } from "../support/families/s3-postgres.js";
import { describeOnPostgres } from "../support/postgres/index.js";
import type { S3StoreServer } from "../support/s3-stores/server.js";
import { startStrictStore } from "../support/s3-stores/strict.js";
import { chooseCount, SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

/** Each case of a law sends its statements to one server or the other. */
const TRIALS = {
  runs: chooseCount({ fast: 6, ordinary: 6, long: 12 }),
  histories: chooseCount({ fast: 10, ordinary: 10, long: 167 }, "SAFELIGHT_FAMILY_HISTORIES"),
  seed: SEED,
};

describeOnPostgres("on a store that speaks S3 and on PostgreSQL", (getSchema) => {
  let server: S3StoreServer;
  beforeAll(async () => {
    server = await startStrictStore();
  });
  afterAll(() => server.close());

  const openBuckets = async () => {
    const [originals, renditions] = [await server.createBucket(), await server.createBucket()];
    return (place: { endpoint?: string; credentials?: typeof STRANGER } = {}) => {
      const { endpoint, credentials } = server;
      const client = { endpoint, credentials, ...place };
      return s3({ client, originals, renditions, baseUrl: "https://images.example/" });
    };
  };

  /** `wrap` is what a family makes of the store. */
  const createStoreHarness = async (
    name: "originals" | "renditions",
    wrap: (store: BlobStore) => BlobStore = (store) => store,
  ): Promise<BlobStoreHarness> => {
    const connect = await openBuckets();
    const open = async (place?: Parameters<typeof connect>[0]) => wrap(connect(place)[name]);
    return {
      store: await open(),
      restart: () => open(),
      openUnreachable: () => open({ endpoint: NOWHERE }),
      openRefusing: () => open({ credentials: STRANGER }),
    };
  };

  runFamily(
    { describe, it: takeSampleOfTests(6) },
    S3_POSTGRES_FAMILY,
    {
      originals: async () => {
        await getSchema().clear();
        const ports = getSchema().open();
        const harness = await createStoreHarness(
          "originals",
          (originals) => ports.keepOrder({ originals }).originals,
        );
        return { ...harness, close: () => ports.close() };
      },
      renditions: () => createStoreHarness("renditions"),
      records: async () => {
        const schema = getSchema();
        await schema.clear();
        const first = schema.open();
        let last = first;
        const restart = async () => {
          await last.close();
          last = schema.open();
          return last.records;
        };
        const openUnreachable = async () => {
          await last.close();
          last = schema.open({ connectionString: "postgresql://127.0.0.1:1/nowhere" });
          return last.records;
        };
        return { records: first.records, restart, openUnreachable, close: () => last.close() };
      },
      queue: async () => {
        const schema = getSchema();
        await schema.clear();
        const first = schema.open();
        let last = first;
        const restart = async () => {
          await last.close();
          last = schema.open();
          return last.queue;
        };
        const abandon = async () => {
          const queue = await restart();
          await schema.send("UPDATE {schema}.receivers SET alive_until = now() - interval '1 second'");
          return queue;
        };
        const pass = async (seconds: number) => {
          await schema.send(
            "UPDATE {schema}.changes SET due_at = due_at - make_interval(secs => $1), came_at = came_at - make_interval(secs => $1)",
            [seconds],
          );
        };
        return { queue: first.queue, restart, abandon, pass, close: () => last.close() };
      },
      changes: async () => {
        const schema = getSchema();
        await schema.clear();
        // The store outlives the process; its own changes tell nobody.
        const { originals: store } = (await openBuckets())();
        let last = schema.open();
        const connect = () => ({ ...last.keepOrder({ originals: store }), queue: last.queue });
        const restart = async () => {
          await last.close();
          last = schema.open();
          return connect();
        };
        return { ...connect(), looks: true as const, restart, close: () => last.close() };
      },
      histories: () => {
        const ports = getSchema().open();
        const open = async () => {
          await getSchema().clear();
          const { originals, renditions, close } = (await openBuckets())();
          const { records } = ports;
          const keepOrder = (given: ConstructorParameters<typeof OrderedBlobStore>[0]) =>
            new OrderedBlobStore(given);
          return { originals, renditions, records, keepOrder, close: async () => close() };
        };
        return { open, close: () => ports.close() };
      },
      urls: async () => (await openBuckets())(),
      tickets: async () => {
        await getSchema().clear();
        const ports = getSchema().open();
        const { tickets, originals } = (await openBuckets())();
        const ordered = ports.keepOrder({ originals, tickets });
        return {
          tickets: ordered.tickets ?? tickets,
          originals: ordered.originals,
          send: sendTicket,
          pass: async (seconds) => server.pass?.(seconds),
          close: () => ports.close(),
        };
      },
      events: async () => {
        const schema = getSchema();
        await schema.clear();
        const { events, eventLog, close } = schema.open();
        return { events, readPublished: () => eventLog.read({ limit: 1_000 }), close };
      },
      eventLog: async () => {
        const schema = getSchema();
        await schema.clear();
        const first = schema.open();
        const other = schema.open();
        const restart = async () => {
          await first.close();
          return other.eventLog;
        };
        const { events, eventLog } = first;
        return {
          events,
          eventLog,
          publishElsewhere: (event) => other.events.publish(event),
          restart,
          close: () => Promise.all([first.close(), other.close()]).then(() => {}),
        };
      },
      webhookDeliveries: async () => {
        const schema = getSchema();
        await schema.clear();
        const first = schema.open();
        let last = first;
        const restart = async () => {
          await last.close();
          last = schema.open();
          return last.webhookDeliveries;
        };
        return { deliveries: first.webhookDeliveries, restart, close: () => last.close() };
      },
      statuses: async () => {
        const schema = getSchema();
        await schema.clear();
        const first = schema.open();
        let last = first;
        const restart = async () => {
          await last.close();
          last = schema.open();
          return last.statuses;
        };
        const openUnreachable = async () => {
          await last.close();
          last = schema.open({ connectionString: "postgresql://127.0.0.1:1/nowhere" });
          return last.statuses;
        };
        const { statuses, records } = first;
        return { statuses, records, restart, openUnreachable, close: () => last.close() };
      },
    },
    TRIALS,
  );
});
