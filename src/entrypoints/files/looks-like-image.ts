import { open } from "node:fs/promises";
import { extname } from "node:path";
import { sniff } from "../../adapters/sharp/inspect/index.js";

/** Extensions of pictures, also of those that cannot be decoded: their owner should hear that, not find them missing. */
const EXTENSIONS = new Set(
  "jpg jpeg jpe jfif png apng webp gif avif tif tiff heic heif hif bmp svg jxl jp2 psd dng cr2 cr3 nef arw orf raf rw2"
    .split(" ")
    .map((extension) => `.${extension}`),
);

/** Enough to tell a picture from anything else. */
const HEAD_BYTES = 256;

/**
 * Whether a file claims to be a picture, by its extension or by its first bytes; an empty `.jpg` does. A hidden file
 * is judged by its bytes only: companions such as `._photo.jpg` carry the name of a picture and are none. Throws what
 * the file system throws if the bytes are needed and cannot be read.
 */
export async function looksLikeImage(path: string, name: string): Promise<boolean> {
  if (!name.startsWith(".") && EXTENSIONS.has(extname(name).toLowerCase())) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const sniffed = sniff(buffer.subarray(0, bytesRead));
    return "format" in sniffed || sniffed.picture === true;
  } finally {
    await file.close();
  }
}
