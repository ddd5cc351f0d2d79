import type { CallOptions } from "../../ports/call-options.js";
import { applyEdit, checkEdits, type EditsInput, isSamePoint, pickEdits } from "../model/edits.js";
import { hasCode } from "../model/errors.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import type { Version } from "../model/version.js";
import { getOwnedRecord, type OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";
import { buildProcessRequest } from "./request-processing.js";
import { incrementEdition, type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/** The result of an edit. */
export interface Edited {
  readonly record: ImageRecord;
  /** The version of the request by which the crops follow; absent where no focal point of a rendered image moved. */
  readonly requested?: Version;
}

/**
 * Changes what people say about one image: its focal point, its alternative text, its title. Resolves to its record, or
 * to `undefined` if there is no such image. Whose it is is judged by the record that the edit replaces. An edit is no version: it changes nothing else, waits for nobody, and
 * whatever is settled at the same time takes it over. Throws `invalid-input` for an edit that means nothing.
 *
 * Of its own outbox there is nothing but an event to publish. What it finds promised by others takes the right to delete
 * and to invalidate, which whoever edits need not have: that is left to whoever settles.
 */
export async function editImage(
  ports: OutboxPorts & Needs<"queue">,
  imageId: ImageId,
  edit: EditsInput,
  { owner, signal }: CallOptions & OwnerOptions = {},
): Promise<Edited | undefined> {
  const wanted = checkEdits(edit);
  for (;;) {
    signal?.throwIfAborted();
    const record = await getOwnedRecord(ports, imageId, { owner, signal });
    if (!record || record.status === "removed") return undefined;
    const said = applyEdit(record, wanted);
    const moves = record.status === "ready" && !isSamePoint(record.focalPoint, said.focalPoint);
    // Whoever left an outbox may come back to it or not, and may have read it before this edit adds to it. What is pending
    // will be settled in any case.
    const owes = record.status !== "pending" && record.outbox !== undefined;
    const request = buildProcessRequest(record.key, record);
    // Before the edit, so that no crash can leave the crops of another point, or an event that nobody publishes:
    // settled too early, the request makes the edit conflict and be tried again.
    if (moves || owes) await ports.queue.send(request, { signal });
    if (JSON.stringify(said) === JSON.stringify(pickEdits(record))) return { record };
    const next = buildEditedRecord(record, said, ports.clock());
    try {
      await ports.records.commit(next, { replacing: record, signal });
    } catch (error) {
      if (hasCode(error, "conflict")) continue;
      throw error;
    }
    if (!record.outbox) await workOffOutbox(ports, next, { cleanUp: false, signal });
    return moves ? { record: next, requested: request.version } : { record: next };
  }
}

function buildEditedRecord(record: ImageRecord, said: ReturnType<typeof pickEdits>, now: Date): ImageRecord {
  const { focalPoint: _point, alt: _alt, title: _title, ...rest } = record;
  const { version, outbox, owner } = record;
  const edition = incrementEdition(record);
  const event = {
    type: "ImageEdited",
    version,
    edition,
    ...(owner !== undefined && { owner }),
    time: now.toISOString(),
  } as const;
  const owed = { invalidations: outbox?.invalidations ?? [], events: [...(outbox?.events ?? []), event] };
  return { ...rest, ...said, edition, outbox: owed } as ImageRecord;
}
