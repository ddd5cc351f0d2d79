import type { CallOptions } from "../../ports/call-options.js";
import { hasCode } from "../model/errors.js";
import { deriveEventId, type ImageEvent } from "../model/image-event.js";
import type { ImageRecord, Outbox, PendingEvent } from "../model/image-record.js";
import { compareVersions } from "../model/version.js";
import { cleanUp } from "./clean-up.js";
import { describeImage } from "./describe-image.js";
import type { Needs } from "./ports.js";

/**
 * How long a tombstone outlives its outbox, in milliseconds: 30 days, longer than a queue and its dead-letter queue
 * (14 days together on SQS), and after a redrive the queue once more, can hold a change that it must keep from
 * resurrecting the image.
 */
const TOMBSTONE_RETENTION = 30 * 24 * 60 * 60 * 1000;

/** The ports that working off an outbox needs. */
export type OutboxPorts = Needs<"renditions" | "records" | "urls" | "events" | "clock">;

/**
 * Does what a commit promised, then clears the promise. The order matters: files go before the CDN is asked to drop them, or
 * a request in between would bring them back into its cache; events come last, so that who hears of a removal finds
 * the files gone and the CDN asked, though it may not have followed yet. Every step can be repeated, so a crash anywhere
 * is repaired by doing all of it again.
 */
export async function workOffOutbox(
  ports: OutboxPorts,
  record: ImageRecord,
  options: CallOptions & { cleanUp: boolean },
): Promise<void> {
  const { signal } = options;
  if (options.cleanUp) await cleanUp(ports, record, { signal });
  if (!record.outbox) return;
  const { invalidations, events } = record.outbox;
  if (invalidations.length > 0) await ports.urls.invalidate(invalidations, { signal });
  for (const event of events) await ports.events.publish(await buildEvent(ports, record, event), { signal });
  await clearDone(ports, record, record.outbox, { signal });
}

/** Takes what is done out of the outbox of the record that is there now. */
async function clearDone(
  { records, clock }: Needs<"records" | "clock">,
  record: ImageRecord,
  done: Outbox,
  { signal }: CallOptions,
): Promise<void> {
  for (let current: ImageRecord | undefined = record; current?.outbox; ) {
    try {
      await records.commit(removeDone(current, done, clock()), { replacing: current, signal });
      return;
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
      current = await records.get(record.imageId, { signal });
      // A newer version carries this outbox forward: nothing is lost by leaving it. The same version was edited, and
      // whoever edited it only knows of the edit.
      if (current && compareVersions(current.version, record.version) !== 0) return;
    }
  }
}

function removeDone(record: ImageRecord, done: Outbox, now: Date): ImageRecord {
  const invalidated = new Set(done.invalidations);
  const told = new Set(done.events.map((event) => deriveEventId(record.imageId, event)));
  const invalidations = record.outbox?.invalidations.filter((key) => !invalidated.has(key)) ?? [];
  const events =
    record.outbox?.events.filter((event) => !told.has(deriveEventId(record.imageId, event))) ?? [];
  const next = { ...record, edition: incrementEdition(record) };
  return invalidations.length + events.length > 0
    ? { ...next, outbox: { invalidations, events } }
    : clearOutbox(next, now);
}

/** The edition of what replaces this record: each write of a row counts, whatever it changes, so that no writer takes it for the one it read. */
export function incrementEdition(replaced: ImageRecord | undefined): number {
  return (replaced?.edition ?? 0) + 1;
}

/** The record with nothing left to do; a tombstone may expire from now on, because no promise hangs on it any more. */
export function clearOutbox<Record extends ImageRecord>(record: Record, now: Date): ImageRecord {
  const { outbox: _done, ...rest } = record;
  if (rest.status !== "removed") return rest as ImageRecord;
  return { ...rest, expiresAt: new Date(now.getTime() + TOMBSTONE_RETENTION).toISOString() } as ImageRecord;
}

async function buildEvent(
  ports: OutboxPorts,
  record: ImageRecord,
  pending: PendingEvent,
): Promise<ImageEvent> {
  const { imageId, key } = record;
  const event = { id: deriveEventId(imageId, pending), imageId, key, ...pending };
  if (compareVersions(pending.version, record.version) !== 0) return event;
  return { ...event, record: await describeImage(ports, record) };
}
