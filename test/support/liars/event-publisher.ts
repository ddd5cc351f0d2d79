import type { EventPublisherHarness } from "../../../src/ports/contracts/index.js";
import type { EventPublisher } from "../../../src/ports/event-publisher.js";
import { type Liar, replaceMethods, waitForTick } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: EventPublisher) => EventPublisher["publish"],
): Liar<EventPublisherHarness> {
  return {
    law,
    lie,
    build: (honest) => ({
      ...honest,
      events: replaceMethods(honest.events, { publish: spoil(honest.events) }),
    }),
  };
}

/** Broken publishers. */
export const eventPublisherLiars: readonly Liar<EventPublisherHarness>[] = [
  createLiar(
    "publish resolves once the event is handed over durably",
    "hands over after it has said so",
    (honest) => async (event) => {
      void waitForTick().then(() => honest.publish(event));
    },
  ),
  createLiar(
    "a subscriber receives the event as it was published",
    "writes keys as ASCII",
    (honest) => (event) => honest.publish({ ...event, key: encodeURI(event.key) }),
  ),
  createLiar(
    "publish may be called again with the same event, whose id stays the same",
    "gives each message its own id",
    (honest) => {
      let messages = 0;
      return (event) => {
        messages += 1;
        return honest.publish({ ...event, id: String(messages) });
      };
    },
  ),
];
