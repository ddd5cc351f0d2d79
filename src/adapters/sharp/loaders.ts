import sharp from "sharp";
import { checkMinimumVersions } from "./versions.js";

/**
 * The decoders that stay open. Of those that read files only JPEG's, for files that this engine writes itself: no JPEG can
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
 * Closes all of libvips' decoders but those of the known formats, for the whole process: SVG, PDF and whatever a
 * later libvips learns to read stay shut even if the sniffing were fooled. Throws `internal` when a library is too
 * old to be trusted.
 */
export function prepareLibvips(): void {
  if (prepared) return;
  checkMinimumVersions();
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // Every original is another: a cache of decoded operations would only hold memory.
  sharp.cache(false);
  prepared = true;
}
