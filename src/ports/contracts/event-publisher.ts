import type { ImageEvent } from "../../domain/model/image-event.js";
import type { EventPublisher } from "../event-publisher.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import type { Closable, Contract } from "./contract.js";
import { createEvent } from "./events.js";
import { assertSame } from "./expectations.js";

/** The harness for the laws of an event publisher. */
export interface EventPublisherHarness extends Closable {
  readonly events: EventPublisher;
  /** Resolves to what is handed over by now, read from where it lies durably, oldest first, repeats included. */
  readPublished(): Promise<readonly ImageEvent[]>;
}

/** Everything that `EventPublisher` promises. */
export const eventPublisherContract: Contract<EventPublisherHarness> = {
  name: "EventPublisher",
  laws: [
    {
      name: "publish resolves once the event is handed over durably",
      check: async ({ events, readPublished }) => {
        await events.publish(createEvent("a"));
        assertSame((await readPublished()).length, 1, "the number of events by the time publish resolved");
        await events.publish(createEvent("b"));
        assertSame(
          (await readPublished()).length,
          2,
          "the number of events by the time publish resolved again",
        );
      },
    },
    {
      name: "a subscriber receives the event as it was published",
      check: async ({ events, readPublished }) => {
        const some = AWKWARD_KEYS.map(createEvent);
        for (const event of some) await events.publish(event);
        assertSame(sortById(await readPublished()), sortById(some), "the events");
      },
    },
    {
      name: "publish may be called again with the same event, whose id stays the same",
      check: async ({ events, readPublished }) => {
        const event = createEvent("a");
        for (let times = 0; times < 3; times += 1) await events.publish(event);
        const ids = new Set((await readPublished()).map(({ id }) => id));
        assertSame([...ids], [event.id], "the ids");
      },
    },
  ],
};

function sortById(events: readonly ImageEvent[]): readonly ImageEvent[] {
  return [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
}
