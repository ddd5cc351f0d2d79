import { availableParallelism } from "node:os";
import sharp from "sharp";

/** The machine and the libraries that figures are of. */
export function describeMachine() {
  const { sharp: own, vips } = sharp.versions;
  return `${availableParallelism()} cores, ${process.platform} on ${process.arch}, Node.js ${process.versions.node}, sharp ${own} with libvips ${vips}`;
}
