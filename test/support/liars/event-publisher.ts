import type { EventPublisherHarness } from "../../../src/ports/contracts/index.js";
import type { EventPublisher } from "../../../src/ports/event-publisher.js";
import { type Liar, lying, tick } from "./lying.js";

function liar(
  law: string,
  lie: string,
  spoil: (honest: EventPublisher) => EventPublisher["publish"],
): Liar<EventPublisherHarness> {
  return {
    law,
    lie,
    tell: (honest) => ({ ...honest, events: lying(honest.events, { publish: spoil(honest.events) }) }),
  };
}

/** Broken publishers. */
export const eventPublisherLiars: readonly Liar<EventPublisherHarness>[] = [
  liar(
    "publish resolves once the event is handed over durably",
    "hands over after it has said so",
    (honest) => async (event) => {
      void tick().then(() => honest.publish(event));
    },
  ),
  liar(
    "a subscriber receives the event as it was published",
    "writes keys as ASCII",
    (honest) => (event) => honest.publish({ ...event, key: encodeURI(event.key) }),
  ),
  liar(
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
