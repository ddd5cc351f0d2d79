import sharp from "sharp";
import { checkMinimumVersions } from "./versions.js";

/**
 * The decoders that stay enabled. Of those that read files only JPEG's, for files that this engine writes itself: no JPEG can
 * name another file, so no image can make the engine open one.
 */
const LOADERS = [
  "VipsForeignLoadJpegBuffer",
  "VipsForeignLoadJpegFile",
  "VipsForeignLoadPngBuffer",
  "VipsForeignLoadWebpBuffer",
  "VipsForeignLoadNsgifBuffer",
  "VipsForeignLoadTiffBuffer",
  "VipsForeignLoadHeifBuffer",
];

let prepared = false;

/**
 * Disables all of libvips' decoders but those of the supported formats, for the whole process: SVG, PDF and the formats of
 * later versions stay disabled even if the magic bytes misled `sniff`. Throws `internal` when a library is older than its
 * oldest safe version.
 */
export function prepareLibvips(): void {
  if (prepared) return;
  checkMinimumVersions(sharp.versions);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // No two originals are alike: a cache of operations would only hold memory.
  sharp.cache(false);
  prepared = true;
}
