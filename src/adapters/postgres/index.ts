import { setTimeout } from "node:timers/promises";
import type { BlobStore } from "../../ports/blob-store.js";
import { guardPorts } from "../../ports/checked/index.js";
import type { Sleep } from "../../ports/sleep.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import { PostgresChangeQueue } from "./change-queue.js";
import { type DatabaseOptions, PostgresDatabase } from "./database.js";
import { PostgresEventLog } from "./event-log.js";
import { PostgresEventPublisher } from "./event-publisher.js";
import { PostgresLooks } from "./looks.js";
import { PostgresMetadataRepository } from "./metadata-repository.js";
import { createNotificationHandler, type NotificationOptions } from "./notification.js";
import { OrderedBlobStore } from "./ordered-blob-store.js";
import { OrderedUploadTickets } from "./ordered-tickets.js";
import { PostgresStatusStore } from "./status-store.js";
import { PostgresWebhookDeliveries } from "./webhook-deliveries.js";

export type { Answer, PostgresClient, PostgresPool, Statement } from "./pool.js";
export type {
  NotificationOptions,
  OrderedBlobStore,
  OrderedUploadTickets,
  PostgresChangeQueue,
  PostgresEventLog,
  PostgresEventPublisher,
  PostgresMetadataRepository,
  PostgresStatusStore,
  PostgresWebhookDeliveries,
};

/** Options of {@link postgres}. */
export interface PostgresOptions {
  /**
   * Where the server is, such as `postgresql://user:password@host/database?sslmode=verify-full`. Default: what the
   * environment says (`PGHOST`, `PGUSER`, `PGPASSWORD` and so on).
   */
  readonly connectionString?: DatabaseOptions["connectionString"];
  /** A `pg.Pool` of yours, of at least 3 connections; you close it. Default: one of our own. */
  readonly pool?: DatabaseOptions["pool"];
  /** The schema, made if it is missing; 1 to 40 characters of `a-z 0-9 _`. Default `safelight`. */
  readonly schema?: DatabaseOptions["schema"];
  /** Most connections of our own pool, at least 3: one listens while something waits for changes, one while somebody follows events. Default 10. */
  readonly connections?: DatabaseOptions["connections"];
  /** Milliseconds until a statement that has no answer counts as failed. Default 30,000. */
  readonly timeout?: DatabaseOptions["timeout"];
}

/** The store of originals that is put in order, and its tickets. */
export interface UnorderedOriginals {
  /** Any store, whether it tells of its changes or not. */
  readonly originals: BlobStore;
  /** Its tickets, if it has any. */
  readonly tickets?: UploadTickets;
  /** Seconds until the write of somebody who died is taken for over; a write is given up after four fifths of them. Default 300. */
  readonly longestWrite?: number;
}

/** Originals whose changes come into the queue, in the order of the database. */
export interface OrderedOriginals {
  readonly originals: OrderedBlobStore;
  /** Those that were given, and `complete`. */
  readonly tickets?: OrderedUploadTickets;
}

/** Records, queue, events, webhook deliveries and statuses on one schema of a database. */
export interface PostgresAdapters {
  readonly records: PostgresMetadataRepository;
  readonly queue: PostgresChangeQueue;
  readonly events: PostgresEventPublisher;
  /** The events of the last days. */
  readonly eventLog: PostgresEventLog;
  /** The events on their way to the subscribers that the configuration names. */
  readonly webhookDeliveries: PostgresWebhookDeliveries;
  /** The last words about the pipeline as a whole. */
  readonly statuses: PostgresStatusStore;
  readonly sleep: Sleep;
  /**
   * Puts a store of originals in order: its changes come into the queue, numbered by the database alone, whatever the store
   * tells or numbers. Every process that writes originals has to do so through what this returns, through its tickets, or
   * has the store's notifications come in.
   */
  keepOrder(given: UnorderedOriginals): OrderedOriginals;
  /** Makes the handler of the webhook that a store calls with its notifications. */
  createNotificationHandler(options: NotificationOptions): (request: Request) => Promise<Response>;
  /**
   * Closes the connections, unless they are of a pool of yours. What was received and not acknowledged is free for others
   * after half a minute. Repeating it is success.
   */
  close(): Promise<void>;
}

/**
 * Makes the adapters on PostgreSQL 14 or later, through the package `pg`. Nothing is sent before a port is used; the first
 * use brings the schema up to date, while others wait. Throws `invalid-input` for a name that no schema should have; the
 * first use throws it where `pg` is not installed, and `unavailable` where the schema was made by a newer version.
 */
export function postgres(options: PostgresOptions = {}): PostgresAdapters {
  const database = new PostgresDatabase(options);
  const eventLog = new PostgresEventLog(database);
  const looks = new PostgresLooks(database);
  const queue = new PostgresChangeQueue(database);
  return guardPorts({
    records: new PostgresMetadataRepository(database),
    queue,
    events: new PostgresEventPublisher(database),
    eventLog,
    webhookDeliveries: new PostgresWebhookDeliveries(database),
    statuses: new PostgresStatusStore(database),
    keepOrder: ({ originals, tickets, longestWrite }) =>
      guardPorts({
        originals: new OrderedBlobStore({ store: originals, looks, longestWrite }),
        ...(tickets && { tickets: new OrderedUploadTickets({ tickets, looks, longestWrite }) }),
      }),
    createNotificationHandler: (how) => createNotificationHandler(looks, how),
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    close: async () => {
      queue.close();
      eventLog.close();
      await database.close();
    },
  });
}
