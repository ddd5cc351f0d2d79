import type { ImageEvent } from "../domain/model/image-event.js";
import type { CallOptions } from "./call-options.js";

/** Tells others what happened. */
export interface EventPublisher {
  /**
   * Resolves once the event is handed over durably. It may be called again with the same event after a crash; the
   * event's id stays the same, so that subscribers can drop repeats.
   */
  publish(event: ImageEvent, options?: CallOptions): Promise<void>;
}
