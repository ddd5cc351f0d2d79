import type { CallOptions } from "../../ports/call-options.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import { refusalInWords } from "../model/errors.js";
import type { ImageEvent } from "../model/image-event.js";
import { pickWebAddresses } from "../model/web-address.js";
import { listSubscribers } from "../model/webhook.js";
import type { Needs } from "./ports.js";

/** The ports that handing events over to subscribers needs. */
export type HandOverPorts = Needs<"events" | "webhookDeliveries" | "config" | "clock">;

/**
 * The publisher of a pipeline whose configuration names subscribers: it publishes, and then adds a delivery for each
 * subscriber. Nothing is sent yet: nobody waits for a subscriber. Throws `invalid-input` if there is nowhere to add it.
 */
export function addWebhooks(ports: HandOverPorts): EventPublisher {
  const { events, webhookDeliveries: deliveries, config } = ports;
  const { webhooks = {} } = config;
  if (Object.keys(webhooks).length === 0) return events;
  if (deliveries === undefined)
    throw refusalInWords(
      "invalid-input",
      "webhookDeliveries among the ports",
      "webhooks in the configuration",
      "none; use a family that keeps them, such as local(...), or subscribe to what the publisher of events publishes",
    );
  return {
    publish: async (event: ImageEvent, { signal }: CallOptions = {}) => {
      await events.publish(event, { signal });
      const subscribers = listSubscribers(webhooks, event.type);
      if (subscribers.length === 0) return;
      const { id, type, key } = event;
      await deliveries.add({ id, type, key, body: formatBody(event) }, subscribers, {
        now: ports.clock(),
        signal,
      });
    },
  };
}

/** An event as it is shown everywhere. A `file:` URL would tell a subscriber where data lies, and nothing else. */
function formatBody({ record, ...fact }: ImageEvent): string {
  if (record === undefined) return JSON.stringify(fact);
  return JSON.stringify({ ...fact, record: { ...record, ...pickWebAddresses(record) } });
}
