import type { CallOptions } from "../../ports/call-options.js";
import { type EditsInput, edited, editsInput, isSamePoint, saidOf } from "../model/edits.js";
import { hasCode } from "../model/errors.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import type { Needs } from "./ports.js";
import { processRequest } from "./request-processing.js";
import { nextEdition, type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/**
 * Changes what people say about one image: its focal point, its alternative text, its title. Resolves to its record, or
 * to `undefined` if there is no such image. An edit is no version: it changes nothing else, waits for nobody, and
 * whatever is settled at the same time takes it over. Throws `invalid-input` for an edit that means nothing.
 */
export async function editImage(
  ports: OutboxPorts & Needs<"queue">,
  imageId: ImageId,
  edit: EditsInput,
  { signal }: CallOptions = {},
): Promise<ImageRecord | undefined> {
  const wanted = editsInput(edit);
  for (;;) {
    signal?.throwIfAborted();
    const record = await ports.records.get(imageId, { signal });
    if (!record || record.status === "removed") return undefined;
    const said = edited(record, wanted);
    if (JSON.stringify(said) === JSON.stringify(saidOf(record))) {
      // Whoever tries again, since no answer came, finds it said and perhaps not told.
      await workOffOutbox(ports, record, { cleanUp: record.outbox !== undefined, signal });
      return record;
    }
    // Before the edit, so that no crash can leave the crops of another point: settled too early, the request makes the
    // edit conflict and be tried again.
    if (record.status === "ready" && !isSamePoint(record.focalPoint, said.focalPoint))
      await ports.queue.send(processRequest(record.key, record), { signal });
    const next = editedRecord(record, said, ports.clock());
    try {
      await ports.records.commit(next, { replacing: record, signal });
    } catch (error) {
      if (hasCode(error, "conflict")) continue;
      throw error;
    }
    await workOffOutbox(ports, next, { cleanUp: record.outbox !== undefined, signal });
    return next;
  }
}

function editedRecord(record: ImageRecord, said: ReturnType<typeof saidOf>, now: Date): ImageRecord {
  const { focalPoint: _point, alt: _alt, title: _title, ...rest } = record;
  const { version, outbox } = record;
  const edition = nextEdition(record);
  const event = { type: "ImageEdited", version, edition, time: now.toISOString() } as const;
  const owed = { forget: outbox?.forget ?? [], events: [...(outbox?.events ?? []), event] };
  return { ...rest, ...said, edition, outbox: owed } as ImageRecord;
}
