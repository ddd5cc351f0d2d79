import type { Sharp } from "sharp";

/**
 * Turns the picture upright and drops the tag. libvips does so after scaling and before cropping whenever it is
 * asked; asking *last* matters to sharp alone, which otherwise gives up decoding at a fraction of the size as soon as
 * there is a crop: 125 milliseconds instead of 18 for a thumbnail of 12 megapixels.
 */
export function orient(picture: Sharp): Sharp {
  return picture.autoOrient();
}
