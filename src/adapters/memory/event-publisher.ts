import type { ImageEvent } from "../../domain/model/image-event.js";
import type { EventPublisher } from "../../ports/event-publisher.js";
import type { MemoryEventLog } from "./event-log.js";

/** Collects published events in an array, and in the log if there is one. */
export class MemoryEventPublisher implements EventPublisher {
  /** Every event that was published, repeats included, oldest first. */
  readonly published: ImageEvent[] = [];
  readonly #log: MemoryEventLog | undefined;

  constructor({ log }: { readonly log?: MemoryEventLog } = {}) {
    this.#log = log;
  }

  async publish(event: ImageEvent): Promise<void> {
    this.published.push(structuredClone(event));
    this.#log?.append(event);
  }
}
