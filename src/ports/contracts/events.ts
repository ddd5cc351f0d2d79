import { deriveEventId, type ImageEvent } from "../../domain/model/image-event.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import { describeRecord } from "../../domain/model/image-record.js";
import { version } from "../../domain/model/version.js";
import { createRecord } from "./metadata-repository/records.js";

/** An event of an image that is ready. */
export function createEvent(key: string): ImageEvent {
  const imageId = deriveImageId(key);
  const place = version({ sequencer: "0A1", revision: 2 });
  const time = "2026-01-01T00:00:00.000Z";
  const fact = { type: "ImageReady", version: place, time } as const;
  return {
    id: deriveEventId(imageId, fact),
    imageId,
    key,
    ...fact,
    record: describeRecord(createRecord(key, { version: place, tags: ["caf\u00e9"] })),
  };
}
