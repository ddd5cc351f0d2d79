import type { WebhookAnswer, WebhookMessage } from "../domain/model/webhook-delivery.js";
import type { CallOptions } from "./call-options.js";

/** Sends events to the subscribers of a configuration. */
export interface WebhookSender {
  /**
   * Posts a message to a subscriber, signed as Standard Webhooks asks, and resolves to what it answered. A subscriber
   * that cannot be reached, or does not answer in time, is an answer too: it rejects only with the reason of an
   * aborted signal, and with `not-found` for a subscriber that it does not know. `now` is the time of the attempt.
   */
  send(
    subscriber: string,
    message: WebhookMessage,
    options: CallOptions & { readonly now: Date },
  ): Promise<WebhookAnswer>;
}
