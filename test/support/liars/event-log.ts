import type { EventLogHarness } from "../../../src/ports/contracts/index.js";
import type { EventLog } from "../../../src/ports/event-log.js";
import { type Liar, replaceMethods } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: EventLog) => Partial<EventLog>,
): Liar<EventLogHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, eventLog: replaceMethods(honest.eventLog, spoil(honest.eventLog)) }),
  };
}

const ORDER = "read resolves to the events in the order of publishing, as they were published";
const PAGES =
  "whoever passes the id of the last event reads each event exactly once, whatever is published meanwhile";
const WAIT = "waitForMore resolves once there is an event after the given one, and not before";

/** Broken event logs. */
export const eventLogLiars: readonly Liar<EventLogHarness>[] = [
  createLiar(ORDER, "sorts by id", (honest) => ({
    read: async (query) => [...(await honest.read(query))].sort((a, b) => (a.id < b.id ? -1 : 1)),
  })),
  createLiar(ORDER, "leaves the record out", (honest) => ({
    read: async (query) => (await honest.read(query)).map(({ record: _, ...event }) => event),
  })),
  {
    law: "each event is there once, at its first place, however often it was published",
    lie: "moves an event that comes again to the end",
    build: (honest) => {
      const ids: string[] = [];
      return {
        ...honest,
        events: replaceMethods(honest.events, {
          publish: async (event) => {
            ids.push(event.id);
            await honest.events.publish(event);
          },
        }),
        eventLog: replaceMethods(honest.eventLog, {
          read: async (query) =>
            [...(await honest.eventLog.read(query))].sort(
              (a, b) => ids.lastIndexOf(a.id) - ids.lastIndexOf(b.id),
            ),
        }),
      };
    },
  },
  createLiar(PAGES, "gives the event that it reads on after again", (honest) => ({
    read: async (query) => {
      const all = await honest.read({ limit: 1_000 });
      const start = Math.max(
        0,
        all.findIndex(({ id }) => id === query.after),
      );
      return all.slice(start, start + query.limit);
    },
  })),
  createLiar(PAGES, "reads the newest of what came after", (honest) => ({
    read: async (query) => (await honest.read({ ...query, limit: 1_000 })).slice(-query.limit),
  })),
  createLiar(
    "an event that is not kept throws not-found",
    "begins anew where it does not know the event",
    (honest) => ({
      read: (query) => honest.read(query).catch(() => honest.read({ limit: query.limit })),
    }),
  ),
  createLiar(
    "readNewest resolves to the id of the newest event, or to undefined if none is kept",
    "resolves to the oldest",
    (honest) => ({ readNewest: async () => (await honest.read({ limit: 1 }))[0]?.id }),
  ),
  createLiar(WAIT, "does not wait", () => ({ waitForMore: async () => {} })),
  createLiar(
    "waitForMore rejects with the signal's reason once that is aborted",
    "resolves when it is told to stop",
    (honest) => ({ waitForMore: (after, options) => honest.waitForMore(after, options).catch(() => {}) }),
  ),
  {
    law: "an event that another process publishes is waited for and read",
    lie: "reads only what was there when the process began",
    build: (honest) => ({
      ...honest,
      eventLog: replaceMethods(honest.eventLog, { read: async () => [], waitForMore: async () => {} }),
    }),
  },
  {
    law: "events are kept when the process ends",
    lie: "begins with nothing",
    build: (honest) => ({
      ...honest,
      restart: async () => replaceMethods(honest.eventLog, { read: async () => [] }),
    }),
  },
];
