import type { Version } from "./version.js";

/** The facts that others may care about. */
export type ImageEventType = "ImageReady" | "ImageRejected" | "ImageRemoved";

/** What the outbox of a record keeps of an event until it is published. */
export interface PendingEvent {
  readonly type: ImageEventType;
  readonly version: Version;
  /** When the version was committed, ISO 8601 in UTC. */
  readonly time: string;
}
