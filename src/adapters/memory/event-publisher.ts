import type { ImageEvent } from "../../domain/model/image-event.js";
import type { EventPublisher } from "../../ports/event-publisher.js";

/** Collects published events in an array. */
export class MemoryEventPublisher implements EventPublisher {
  /** Every event that was published, repeats included, oldest first. */
  readonly published: ImageEvent[] = [];

  async publish(event: ImageEvent): Promise<void> {
    this.published.push(structuredClone(event));
  }
}
