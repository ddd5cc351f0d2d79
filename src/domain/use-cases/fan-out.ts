import type { EventPublisher } from "../../ports/event-publisher.js";
import { SafelightError } from "../model/errors.js";

/**
 * Makes one publisher of several, for example to add one to those of an adapter family. Each of them gets every event,
 * whatever becomes of the others. If one fails, publishing rejects with its error, and if several do, with `unavailable`;
 * the event comes again then, for all of them: each drops repeats by the event's id. With no publishers,
 * nothing is published.
 */
export function fanOut(...publishers: readonly EventPublisher[]): EventPublisher {
  return {
    async publish(event, options) {
      options?.signal?.throwIfAborted();
      const results = await Promise.allSettled(
        publishers.map(async (publisher) => publisher.publish(structuredClone(event), options)),
      );
      const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      options?.signal?.throwIfAborted();
      if (reasons.length === 0) return;
      if (reasons.length === 1) throw reasons[0];
      const message = `${reasons.length} of ${publishers.length} publishers did not take the event ${event.id}: ${reasons.map(readMessage).join("; ")}`;
      throw new SafelightError("unavailable", message, { cause: new AggregateError(reasons) });
    },
  };
}

function readMessage(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
