import type { ImageFormat } from "../../../domain/model/image-format.js";
import { normalizeGif } from "./normalize-gif.js";
import { normalizeJpeg } from "./normalize-jpeg.js";
import { normalizeTiff } from "./normalize-tiff.js";
import type { NormalizedOriginal } from "./normalized-original.js";

/** More of them tell nobody anything. */
const MAX_WARNINGS = 8;

/**
 * Takes out of an original what decoders warn of although every viewer shows it whole. Decoders tell such warnings from
 * damage by their words alone, and only the first of each picture: without them, every warning is damage, and may be
 * refused. Equal bytes give an equal result, so that inspecting and rendering agree.
 */
export function normalizeOriginal(bytes: Uint8Array, format: ImageFormat): NormalizedOriginal {
  const normal = normalize(bytes, format);
  const { warnings } = normal;
  if (warnings.length <= MAX_WARNINGS) return normal;
  const shown = warnings.slice(0, MAX_WARNINGS - 1);
  return { ...normal, warnings: [...shown, `${warnings.length - shown.length} more`] };
}

function normalize(bytes: Uint8Array, format: ImageFormat): NormalizedOriginal {
  if (format === "jpeg") return normalizeJpeg(bytes);
  if (format === "tiff") return normalizeTiff(bytes);
  return format === "gif" ? normalizeGif(bytes) : { bytes, warnings: [] };
}
