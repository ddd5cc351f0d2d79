import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError } from "../model/errors.js";
import { imageIdOf } from "../model/image-id.js";
import { decodeMarkKey } from "../model/storage-layout.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import type { RenderTask } from "./render-task.js";

/**
 * Decodes under a mark when an earlier receive did not come to its end. A picture that kills its process would
 * otherwise kill every process that tries it until the queue gives up on it, and nobody would be told why. The first
 * receive leaves no mark, so that the ordinary case costs nothing.
 */
export async function decodeUnderMark<Result>(
  { renditions }: Needs<"renditions">,
  { key, version, receives, last }: RenderTask,
  decode: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  if (receives <= 1) return decode();
  const mark = decodeMarkKey(imageIdOf(key), version);
  if (last && (await findBlob(renditions, mark, { signal }))) {
    const message = `expected decoding to end but it killed its process on an earlier one of ${receives} receives`;
    throw new SafelightError("decoder-crashed", message);
  }
  await renditions.put(mark, new Uint8Array(), { contentType: "application/octet-stream", signal });
  try {
    return await decode();
  } finally {
    // Not with the caller's signal: an abort must not leave a mark that speaks of a death.
    await renditions.delete(mark);
  }
}
