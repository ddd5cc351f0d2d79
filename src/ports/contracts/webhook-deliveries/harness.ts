import type { WebhookDelivery } from "../../../domain/model/webhook-delivery.js";
import type { HandedOverMessage, WebhookDeliveries } from "../../webhook-deliveries.js";
import type { Closable, Law } from "../contract.js";

/** The harness for the laws of webhook deliveries. An optional part that is left out breaks its law: declare the gap. */
export interface WebhookDeliveriesHarness extends Closable {
  /** Empty, and nobody else's. */
  readonly deliveries: WebhookDeliveries;
  /** The process ends now, without a goodbye; resolves to the deliveries as the next process opens them. */
  restart?(): Promise<WebhookDeliveries>;
}

/** One law of webhook deliveries. */
export type WebhookDeliveriesLaw = Law<WebhookDeliveriesHarness>;

/** The time so many seconds after the laws begin. */
export function createTime(seconds: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
}

/** Creates a message, by its name. */
export function createMessage(id: string, key = "photos/cat.jpg"): HandedOverMessage {
  return { id, type: "ImageReady", key, body: JSON.stringify({ id, text: "caf\u00e9 \ud83d\udcf7" }) };
}

/** Adds messages to one subscriber, a second apart from the first on. */
export async function addMessages(
  deliveries: WebhookDeliveries,
  subscriber: string,
  ids: readonly string[],
): Promise<void> {
  for (const [index, id] of ids.entries())
    await deliveries.add(createMessage(id), [subscriber], { now: createTime(index) });
}

/** Takes all that is handed out after so many seconds; whoever takes it has a minute. */
export function claim(
  deliveries: WebhookDeliveries,
  subscriber: string,
  seconds: number,
  limit = 100,
): Promise<readonly WebhookDelivery[]> {
  return deliveries.claim({ subscriber, now: createTime(seconds), until: createTime(seconds + 60), limit });
}

/** The ids of the events. */
export function listEvents(deliveries: readonly WebhookDelivery[]): readonly string[] {
  return deliveries.map(({ message }) => message.id);
}

/** Takes all that is due to a subscriber, and gives it up. */
export async function giveUp(
  deliveries: WebhookDeliveries,
  subscriber: string,
  seconds: number,
): Promise<readonly WebhookDelivery[]> {
  const taken = await claim(deliveries, subscriber, seconds);
  for (const delivery of taken)
    await deliveries.record(delivery, { type: "failed", answer: "500" }, { now: createTime(seconds) });
  return taken;
}
