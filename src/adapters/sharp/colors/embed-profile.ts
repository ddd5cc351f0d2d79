import type { ImageFormat } from "../../../domain/model/image-format.js";
import { embedHeifProfile } from "./embed-heif-profile.js";
import { embedPngProfile } from "./embed-png-profile.js";

/**
 * Puts an ICC profile into a copy of an original whose colors are told otherwise. Returns the bytes themselves if they
 * have a profile that counts, or are sRGB.
 */
export function embedProfile(bytes: Uint8Array, format: ImageFormat): Uint8Array {
  if (format === "png") return embedPngProfile(bytes);
  return format === "avif" ? embedHeifProfile(bytes) : bytes;
}
