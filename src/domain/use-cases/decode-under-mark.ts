import type { BlobStore } from "../../ports/blob-store.js";
import { SafelightError } from "../model/errors.js";
import { imageIdOf } from "../model/image-id.js";
import { decodeMarkKey } from "../model/storage-layout.js";
import { lookAtOriginal } from "./look-at-original.js";
import type { RenderTask } from "./render-task.js";

/**
 * Decodes under a mark when an earlier receive did not come to its end. A picture that kills its process would
 * otherwise kill every process that tries it until the queue gives up on it, and nobody would be told why. The first
 * receive leaves no mark, so that the ordinary case costs nothing.
 */
export async function decodeUnderMark<Result>(
  renditions: BlobStore,
  task: Pick<RenderTask, "key" | "version" | "receives" | "last">,
  decode: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  if (task.receives <= 1) return decode();
  const mark = decodeMarkKey(imageIdOf(task.key), task.version);
  if (task.last && (await lookAtOriginal(renditions, mark, signal))) {
    const message = `expected decoding to end but it killed its process on an earlier one of ${task.receives} receives`;
    throw new SafelightError("too-large", message);
  }
  await renditions.put(mark, new Uint8Array(), { contentType: "application/octet-stream", signal });
  try {
    return await decode();
  } finally {
    // Not with the caller's signal: an abort must not leave a mark that speaks of a death.
    await renditions.delete(mark);
  }
}
