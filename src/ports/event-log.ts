import type { ImageEvent } from "../domain/model/image-event.js";
import type { CallOptions } from "./call-options.js";

/** Which events to read. */
export interface EventLogQuery {
  /** The id of an event: those published after it. Default: from the oldest that is kept. */
  readonly after?: string;
  /** Most events to read, 1 to 1,000. */
  readonly limit: number;
}

/**
 * The events of the last days, for whoever comes later or was away. A capability: a publisher that hands its events over to
 * somebody else's service keeps none, and its family leaves the log out. Each event is there once, by its id, however
 * often it was published. Every method throws `unavailable` when the log cannot be reached.
 */
export interface EventLog {
  /**
   * Resolves to the events after `after`, in the order of publishing, at most `limit`; to none if there are no more. Whoever
   * passes the id of the last event that it has got reads each event exactly once, whatever is published meanwhile.
   * Throws `not-found` for an event that is not kept, or never was: those after it may be lost, so that its reader has
   * to look at the images again.
   */
  read(query: EventLogQuery, options?: CallOptions): Promise<readonly ImageEvent[]>;

  /** Resolves to the id of the newest event, or to `undefined` if none is kept. */
  readNewest(options?: CallOptions): Promise<string | undefined>;

  /**
   * Resolves once there is an event after `after` (without it: any event), whichever process has published it; at
   * once if it is there already. Rejects with the signal's reason once that is aborted, and as `read` does.
   */
  waitForMore(after: string | undefined, options?: CallOptions): Promise<void>;
}
