import type { Bind } from "inversify";
import { provide } from "./provide.js";
import type { Token } from "./token.js";
import { type Port, tokens } from "./tokens.js";

/** The ports that every family with stores provides, wired to each other. */
export interface StorePorts {
  readonly originals: Port<"originals">;
  readonly renditions: Port<"renditions">;
  readonly records: Port<"records">;
  readonly queue: Port<"queue">;
  readonly urls: Port<"urls">;
  readonly events: Port<"events">;
  readonly tickets: Port<"tickets">;
}

/** Binds each port's token to that port of the family, so that all of them come from the same set of stores. */
export function provideStores<Family extends StorePorts>(bind: Bind, family: Token<Family>): void {
  provide(bind, tokens.originals, (ports: Family) => ports.originals, [family]);
  provide(bind, tokens.renditions, (ports: Family) => ports.renditions, [family]);
  provide(bind, tokens.records, (ports: Family) => ports.records, [family]);
  provide(bind, tokens.queue, (ports: Family) => ports.queue, [family]);
  provide(bind, tokens.urls, (ports: Family) => ports.urls, [family]);
  provide(bind, tokens.events, (ports: Family) => ports.events, [family]);
  provide(bind, tokens.tickets, (ports: Family) => ports.tickets, [family]);
}
