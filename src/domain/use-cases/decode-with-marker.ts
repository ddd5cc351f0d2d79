import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError } from "../model/errors.js";
import type { ImageFormat } from "../model/image-format.js";
import { deriveImageId } from "../model/image-id.js";
import { toDecodeMarkerKey } from "../model/storage-layout.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import { confirmFault, proveEngine } from "./prove-engine.js";
import type { RenderTask } from "./render-task.js";

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
  ports: Needs<"renditions" | "engine" | "config">,
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
  await renditions.put(marker, new Uint8Array(), { contentType: "application/octet-stream", signal });
  try {
    return await confirmFault(ports, { ...suspect, isFinal }, decode, { signal });
  } finally {
    // Not with the caller's signal: an abort must not leave a marker that reports a crash.
    await renditions.delete(marker);
  }
}
