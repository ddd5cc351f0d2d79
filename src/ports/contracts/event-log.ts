import assert from "node:assert/strict";
import type { ImageEvent } from "../../domain/model/image-event.js";
import { guardEventLog } from "../checked/index.js";
import type { EventLog } from "../event-log.js";
import type { EventPublisher } from "../event-publisher.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import { type Closable, type Contract, prepareLaws } from "./contract.js";
import { createEvent } from "./events.js";
import { assertSame, refuses, requireHook } from "./expectations.js";

/** The harness for the laws of an event log. An optional part that is left out breaks its law: declare the gap. */
export interface EventLogHarness extends Closable {
  readonly eventLog: EventLog;
  /** The publisher whose events the log keeps. */
  readonly events: EventPublisher;
  /** Publishes in another process, or over another connection to the same place. */
  publishElsewhere?(event: ImageEvent): Promise<void>;
  /** Ends the adapter, as a process ends, and opens the log again in the same place. */
  restart?(): Promise<EventLog>;
}

const SOME = Array.from({ length: 12 }, (_, index) => createEvent(`${index}.jpg`));
const ALL = { limit: 1_000 };

/** Everything that `EventLog` promises. */
export const eventLogContract: Contract<EventLogHarness> = {
  name: "EventLog",
  laws: prepareLaws(
    (harness) => ({ ...harness, eventLog: guardEventLog(harness.eventLog) }),
    [
      {
        name: "read resolves to the events in the order of publishing, as they were published",
        check: async ({ events, eventLog }) => {
          const some = [...SOME, ...AWKWARD_KEYS.map(createEvent)].reverse();
          for (const event of some) await events.publish(event);
          assertSame(await eventLog.read(ALL), some, "the events");
        },
      },
      {
        name: "each event is there once, at its first place, however often it was published",
        check: async ({ events, eventLog }) => {
          for (const event of SOME) await events.publish(event);
          for (const event of [...SOME].reverse()) await events.publish(event);
          assertSame(await eventLog.read(ALL), SOME, "the events");
        },
      },
      {
        name: "whoever passes the id of the last event reads each event exactly once, whatever is published meanwhile",
        check: async ({ events, eventLog }) => {
          const found: ImageEvent[] = [];
          for (const [index, event] of SOME.entries()) {
            await events.publish(event);
            if (index % 4 !== 3) continue;
            const page = await eventLog.read({ after: found.at(-1)?.id, limit: 3 });
            assert.ok(page.length <= 3, "expected at most as many events as the limit");
            found.push(...page);
          }
          for (let pages = 0; pages < SOME.length; pages += 1)
            found.push(...(await eventLog.read({ after: found.at(-1)?.id, limit: 2 })));
          assertSame(found, SOME, "the events of all pages");
        },
      },
      {
        name: "an event that is not kept throws not-found",
        check: async ({ events, eventLog }) => {
          const [first = createEvent("a"), never = createEvent("b")] = SOME;
          await events.publish(first);
          await refuses("not-found", eventLog.read({ ...ALL, after: never.id }), "reading on after it");
          await refuses("not-found", eventLog.waitForMore(never.id), "waiting after it");
        },
      },
      {
        name: "readNewest resolves to the id of the newest event, or to undefined if none is kept",
        check: async ({ events, eventLog }) => {
          assertSame(await eventLog.readNewest(), undefined, "the newest of none");
          for (const event of SOME) {
            await events.publish(event);
            assertSame(await eventLog.readNewest(), event.id, "the newest");
          }
        },
      },
      {
        name: "waitForMore resolves once there is an event after the given one, and not before",
        check: async ({ events, eventLog }) => {
          let last: string | undefined;
          for (const event of SOME.slice(0, 2)) {
            let isPublished = false;
            const arrival = eventLog.waitForMore(last).then(() => isPublished);
            await new Promise((resolve) => setImmediate(resolve));
            isPublished = true;
            await events.publish(event);
            assert.ok(await arrival, "expected it to wait for the event but it resolved before");
            // What is there already is not waited for.
            await eventLog.waitForMore(last);
            last = event.id;
          }
        },
      },
      {
        name: "waitForMore rejects with the signal's reason once that is aborted",
        check: async ({ events, eventLog }) => {
          const [event = createEvent("a")] = SOME;
          await events.publish(event);
          const stop = new AbortController();
          const reason = new Error("enough");
          const waiting = eventLog.waitForMore(event.id, { signal: stop.signal });
          stop.abort(reason);
          await assert.rejects(waiting, (error) => error === reason);
        },
      },
      {
        name: "an event that another process publishes is waited for and read",
        check: async ({ eventLog, publishElsewhere }) => {
          const publish = requireHook(publishElsewhere, "publishElsewhere");
          for (const event of SOME.slice(0, 2)) {
            const after = await eventLog.readNewest();
            const arrival = eventLog.waitForMore(after);
            await publish(event);
            await arrival;
            assertSame(await eventLog.read({ ...ALL, after }), [event], "what came after");
          }
        },
      },
      {
        name: "events are kept when the process ends",
        check: async ({ events, restart }) => {
          for (const event of SOME) await events.publish(event);
          const again = await requireHook(restart, "restart")();
          assertSame(await again.read({ ...ALL, after: SOME[3]?.id }), SOME.slice(4), "the events");
        },
      },
    ],
  ),
};
