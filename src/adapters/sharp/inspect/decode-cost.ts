import type { Metadata } from "sharp";
import type { ImageFormat } from "../../../domain/model/image-format.js";

/** Peak bytes a pixel while a picture of 100 megapixels is decoded and scaled down, measured. */
function bytesPerPixel(format: ImageFormat, { isProgressive, depth }: Metadata): number {
  switch (format) {
    // A progressive JPEG's coefficients and an interlaced PNG's passes are held for the whole picture.
    case "jpeg":
      return isProgressive ? 7 : 1;
    case "png":
      if (depth === "ushort") return isProgressive ? 10 : 2;
      return isProgressive ? 5 : 1;
    case "tiff":
      return 2;
    case "gif":
    case "webp":
      return 5;
    case "avif":
      return 19;
  }
}

/** Estimates the bytes of memory that decoding takes: formats differ twentyfold for the same number of pixels. */
export function decodeCost(format: ImageFormat, metadata: Metadata, frames: number): number {
  return Math.ceil(metadata.width * metadata.height * frames * bytesPerPixel(format, metadata));
}
