import type { CallOptions } from "../../ports/call-options.js";
import { hasCode } from "../model/errors.js";
import { eventId, type ImageEvent } from "../model/image-event.js";
import { describeRecord, type ImageRecord, type PendingEvent } from "../model/image-record.js";
import { compareVersions } from "../model/version.js";
import { cleanUp } from "./clean-up.js";
import type { Needs } from "./ports.js";

/**
 * How long a tombstone outlives its outbox, in milliseconds: 30 days, longer than a queue (4 days) and its
 * dead-letter queue (14 days) can hold a change that it must keep from resurrecting the image.
 */
export const TOMBSTONE_RETENTION = 30 * 24 * 60 * 60 * 1000;

/** What working off an outbox needs. */
export type OutboxPorts = Needs<"renditions" | "records" | "urls" | "events" | "clock">;

/**
 * Does what a commit promised, then clears the promise. The order matters: files go before the CDN forgets them, or
 * a request in between would bring them back into its cache; events come last, so that who hears of a removal finds
 * it done. Every step can be repeated, so a crash anywhere is mended by doing all of it again.
 */
export async function workOffOutbox(
  ports: OutboxPorts,
  record: ImageRecord,
  options: CallOptions & { cleanUp: boolean },
): Promise<void> {
  const { signal } = options;
  if (options.cleanUp) await cleanUp(ports, record, { signal });
  if (!record.outbox) return;
  const { forget, events } = record.outbox;
  if (forget.length > 0) await ports.urls.forget(forget, { signal });
  for (const event of events) await ports.events.publish(await eventOf(ports, record, event), { signal });
  try {
    await ports.records.commit(withoutOutbox(record, ports.clock()), { replacing: record.version, signal });
  } catch (error) {
    // Someone committed a newer version meanwhile and carries this outbox forward: nothing is lost by leaving it.
    if (!hasCode(error, "conflict")) throw error;
  }
}

/** The record with nothing left to do; a tombstone may expire from now on, because no promise hangs on it any more. */
export function withoutOutbox(record: ImageRecord, now: Date): ImageRecord {
  const { outbox: _done, ...rest } = record;
  if (rest.status !== "removed") return rest;
  return { ...rest, expiresAt: new Date(now.getTime() + TOMBSTONE_RETENTION).toISOString() };
}

async function eventOf(ports: OutboxPorts, record: ImageRecord, pending: PendingEvent): Promise<ImageEvent> {
  const { imageId, key } = record;
  const { type, version, time } = pending;
  const event = { id: eventId(imageId, version, type), type, imageId, key, version, time };
  if (compareVersions(version, record.version) !== 0) return event;
  const urls = await Promise.all(record.renditions.map((rendition) => ports.urls.urlFor(rendition.key)));
  return { ...event, record: describeRecord(record, urls) };
}
