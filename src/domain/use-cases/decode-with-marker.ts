import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError } from "../model/errors.js";
import type { ImageFormat } from "../model/image-format.js";
import { deriveImageId } from "../model/image-id.js";
import { toDecodeMarkerKey } from "../model/storage-layout.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import { confirmFault, proveEngine } from "./prove-engine.js";
import type { RenderTask } from "./render-task.js";

/** How often the deletion of a marker is tried, and the longest pause in between, in milliseconds: about a minute in all. */
const TRIES = 10;
const LONGEST_PAUSE = 8_000;

/**
 * Decodes an original of this format. Where that happens in this very process, it is done under a marker once an earlier
 * attempt did not come to its end: a picture that kills its process would otherwise kill every process that tries it
 * until the queue gives up on it, and nobody would be told why. The first attempt leaves no marker, so that the ordinary
 * case costs nothing.
 *
 * Throws `decoder-crashed`, and on the final attempt `unsupported-format` for what the engine cannot explain, only after a
 * known good picture has survived here, and `unavailable` if it has not.
 */
export async function decodeWithMarker<Result>(
  ports: Needs<"renditions" | "engine" | "config" | "sleep">,
  { key, version, number, isFinal }: RenderTask,
  format: ImageFormat,
  decode: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  const { renditions, engine } = ports;
  const suspect = { key, formats: [format] };
  if (engine.isolated || number <= 1) return confirmFault(ports, { ...suspect, isFinal }, decode, { signal });
  const marker = toDecodeMarkerKey(deriveImageId(key), version);
  if (isFinal && (await findBlob(renditions, marker, { signal }))) {
    // Before the proof: should that kill this process as well, no marker is left to blame the original.
    await renditions.delete(marker, { signal });
    await proveEngine(ports, suspect, { signal });
    const message = `decoding crashed its process on an earlier attempt (this is attempt ${number}), and a known good picture survived`;
    throw new SafelightError("decoder-crashed", message);
  }
  try {
    await renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream", signal });
    return await confirmFault(ports, { ...suspect, isFinal }, decode, { signal });
  } finally {
    // Also where the put failed, which may have happened.
    await deleteMarker(ports, marker, { signal });
  }
}

/**
 * Deletes the marker of a decoding that this process survived. Left behind because the store is away, it would report a
 * crash, so whoever knows better stays until the store is back, for a minute at most: nothing else can be done without it.
 */
async function deleteMarker(
  { renditions, sleep }: Needs<"renditions" | "sleep">,
  marker: string,
  { signal }: CallOptions,
): Promise<void> {
  for (let [tries, pause] = [1, 1_000]; ; tries += 1, pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      // Not with the caller's signal: an abort must not leave a marker, either.
      await renditions.delete(marker);
      return;
    } catch (error) {
      const isAway = error instanceof SafelightError && error.retryable;
      if (!isAway || tries === TRIES || signal?.aborted) throw error;
      await sleep(pause, signal).catch(() => {});
    }
  }
}
