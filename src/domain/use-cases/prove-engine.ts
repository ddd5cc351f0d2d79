import type { CallOptions } from "../../ports/call-options.js";
import { hasCode, rejectsOriginal, SafelightError } from "../model/errors.js";
import type { ImageFormat } from "../model/image-format.js";
import { getKnownGoodPicture } from "../model/known-good-picture.js";
import { planRenditions } from "../model/render-plan.js";
import { uploadPolicy } from "../model/upload-policy.js";
import type { Needs } from "./ports.js";

/** The facts of an original that its proof depends on: the watermark drawn on it, and the decoders that may have read it. */
export interface Suspect {
  readonly key: string;
  readonly formats: readonly ImageFormat[];
}

/**
 * Carries out what the engine does with an original, and holds two failures against the original, each only once a known
 * good picture has survived the same; otherwise the machine is to blame, and `unavailable` is thrown.
 * - `decoder-crashed`, at once.
 * - On the final attempt whatever else neither blames the original nor may pass, such as `internal`: it is thrown as
 *   `unsupported-format`, or the image would stay pending forever, with everybody trying again.
 */
export async function confirmFault<Result>(
  ports: Needs<"engine" | "config">,
  { isFinal, ...suspect }: Suspect & { readonly isFinal: boolean },
  work: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    const isCrash = hasCode(error, "decoder-crashed");
    if (!isCrash && (!isFinal || rejectsOriginal(error) || hasCode(error, "unavailable"))) throw error;
    await proveEngine(ports, suspect, { signal });
    throw isCrash ? error : createFaultError(error);
  }
}

function createFaultError(cause: unknown): SafelightError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the engine fails on the original each time, and renders a known good picture in the same place: ${why}`;
  return new SafelightError("unsupported-format", message, { cause });
}

/**
 * Renders a known good picture of each format, in the same engine and as the original was to be rendered: same specs,
 * same watermark. Throws `unavailable` if that does not succeed: a system without memory, a library that does not suit the
 * processor or a font that kills its reader would do the same to any picture. If this process dies of it, that is said
 * by nobody, and the change comes again.
 */
export async function proveEngine(
  { engine, config }: Needs<"engine" | "config">,
  { key, formats }: Suspect,
  { signal }: CallOptions = {},
): Promise<void> {
  for (const format of formats) {
    const bytes = engine.getKnownGoodPicture?.(format) ?? getKnownGoodPicture(format);
    try {
      const facts = await engine.inspect(bytes, uploadPolicy({ formats: [format] }), { signal });
      await engine.render(bytes, planRenditions(facts, config, { key }), { signal });
    } catch (error) {
      signal?.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      const message = `the engine failed, but the original is not to blame: a known good ${format} fails here as well: ${why}`;
      throw new SafelightError("unavailable", message, { cause: error });
    }
  }
}
