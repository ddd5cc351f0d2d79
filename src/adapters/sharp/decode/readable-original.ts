import type { ImageFormat } from "../../../domain/model/image-format.js";
import type { SourceFacts } from "../../../domain/model/image-metadata.js";
import { embedProfile } from "../colors/embed-profile.js";
import { decodeHeic } from "../heic/decode-heic.js";
import { normalizeOriginal } from "../normalize/normalize-original.js";

/** An original as libvips decodes it. */
export interface ReadableOriginal {
  readonly bytes: Uint8Array;
  /** The original's, or for a HEIC that of the pixels decoded from it. */
  readonly format: ImageFormat;
  /** EXIF that is not in these bytes, and is no less the original's. */
  readonly exif?: Uint8Array;
  /** As in {@link NormalizedOriginal}. */
  readonly addedFrames?: number;
}

/**
 * Makes an original readable: strict decoders take it, and a profile tells its colors. Throws as {@link decodeHeic} does.
 */
export async function makeReadable(
  bytes: Uint8Array,
  source: SourceFacts,
  signal?: AbortSignal,
): Promise<ReadableOriginal> {
  const { format } = source;
  if (format === "heic") {
    const { tiff, exif } = await decodeHeic(bytes, source, signal);
    return { bytes: tiff, format: "tiff", ...(exif && { exif }) };
  }
  // As when it was inspected.
  const { bytes: normal, addedFrames = 0 } = normalizeOriginal(bytes, format);
  return { bytes: embedProfile(normal, format), format, addedFrames };
}
