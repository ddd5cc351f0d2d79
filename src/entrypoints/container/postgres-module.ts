import { ContainerModule } from "inversify";
import { type PostgresAdapters, type PostgresOptions, postgres } from "../../adapters/postgres/index.js";
import { type Module, provide } from "./module.js";
import { tokens } from "./ports.js";
import { portsModule } from "./ports-module.js";
import { token } from "./token.js";
import { unorderedOriginals } from "./unordered-originals.js";

/** The adapters of the database themselves, which offer more than their ports. */
export const postgresAdapters = token<PostgresAdapters>("the PostgreSQL adapters");

/** The store of originals and its tickets, in the order of the database. */
const orderedOriginals = token<ReturnType<PostgresAdapters["keepOrder"]>>("the ordered originals");

/** Options of {@link postgresModule}. */
export interface PostgresModuleOptions extends PostgresOptions {
  /** Seconds until the write of somebody who died is taken for over. Default 300. */
  readonly longestWrite?: number;
}

/**
 * Provides records, queue, events, webhook deliveries and statuses on PostgreSQL, and originals and tickets: those of another module, such as
 * `s3Module`, in the order of the database. Closing the composition closes the connections.
 */
export function postgresModule({ longestWrite, ...options }: PostgresModuleOptions = {}): Module {
  const ports = portsModule(
    postgresAdapters,
    ["records", "queue", "events", "eventLog", "webhookDeliveries", "statuses", "sleep"],
    () => postgres(options),
    [],
    (adapters) => adapters.close(),
  );
  return new ContainerModule((load) => {
    ports.load(load);
    provide(
      load.bind,
      orderedOriginals,
      (adapters, unordered) => adapters.keepOrder({ ...unordered, longestWrite }),
      [postgresAdapters, unorderedOriginals],
    );
    provide(load.bind, tokens.originals, ({ originals }) => originals, [orderedOriginals]);
    provide(load.bind, tokens.tickets, (ordered, unordered) => ordered.tickets ?? unordered.tickets, [
      orderedOriginals,
      unorderedOriginals,
    ]);
  });
}
