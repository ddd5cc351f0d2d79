import sharp from "sharp";
import { createPngChunk } from "../create-png-chunk.js";
import type { ReadableOriginal } from "./readable-original.js";

/** The bytes of a PNG before its second chunk. */
const HEADER_END = 33;

/**
 * Puts the EXIF of an original into its bytes, as a PNG: libvips reads none in a TIFF. Returns the original itself if its bytes
 * have all of it.
 */
export async function addExif(original: ReadableOriginal, colorSpace: string): Promise<ReadableOriginal> {
  const { bytes, exif } = original;
  if (!exif) return original;
  const png = await sharp(bytes, { limitInputPixels: false })
    .toColourspace(colorSpace)
    .keepIccProfile()
    .keepXmp()
    .png({ compressionLevel: 0 })
    .toBuffer();
  const parts = [png.subarray(0, HEADER_END), createPngChunk("eXIf", exif), png.subarray(HEADER_END)];
  return { bytes: Buffer.concat(parts), format: "png" };
}
