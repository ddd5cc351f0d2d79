import { open } from "node:fs/promises";
import { extname } from "node:path";

/** Extensions of pictures, also of those that cannot be decoded: their owner should hear that, not find them missing. */
const EXTENSIONS = new Set(
  "jpg jpeg jpe jfif png apng webp gif avif tif tiff heic heif bmp svg jxl jp2 psd dng cr2 cr3 nef arw orf raf rw2"
    .split(" ")
    .map((extension) => `.${extension}`),
);

/** What a picture begins with, wherever its name leaves that open. */
const BEGINNINGS = [
  "\xff\xd8\xff",
  "\x89PNG\r\n\x1a\n",
  "GIF87a",
  "GIF89a",
  "II*\0",
  "MM\0*",
  "II+\0",
  "MM\0+",
  "8BPS",
];

/** The same for containers, which say it after a length: WebP, AVIF and HEIC, JPEG XL, JPEG 2000. */
const CONTAINED = /^(?:RIFF.{4}WEBP|.{4}(?:ftyp(?:avi[fs]|hei[cxms]|hev[cxms]|mif1|msf1|crx )|JXL |jP {2}))/s;

/**
 * Whether a file claims to be a picture, by its extension or by its first bytes; an empty `.jpg` does. A hidden file
 * is judged by its bytes only: companions such as `._photo.jpg` carry the name of a picture and are none. Throws what
 * the file system throws if the bytes are needed and cannot be read.
 */
export async function isCandidate(path: string, name: string): Promise<boolean> {
  if (!name.startsWith(".") && EXTENSIONS.has(extname(name).toLowerCase())) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const head = buffer.toString("latin1", 0, bytesRead);
    return CONTAINED.test(head) || BEGINNINGS.some((beginning) => head.startsWith(beginning));
  } finally {
    await file.close();
  }
}
