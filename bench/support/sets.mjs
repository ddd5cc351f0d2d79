/** Widths of the outputs of a page; a 200 x 200 crop comes with them. */
const WIDTHS = [320, 640, 960, 1280, 1920];

/** Widths where only small pictures are wanted; the same crop comes with them. */
const SMALL = [64, 96, 128, 256, 400];

/** Builds a set of specs; every other property has the product's default. */
const set = (widths, formats) =>
  formats.flatMap((format) => [
    ...widths.map((width) => ({ name: `${format}-${width}`, width, format })),
    { name: `${format}-square`, width: 200, height: 200, fit: "cover", format },
  ]);

/** The sets of outputs that are measured, by name. */
export const SETS = {
  JPEG: set(WIDTHS, ["jpeg"]),
  thumbnails: set(SMALL, ["jpeg"]),
  WebP: set(WIDTHS, ["webp"]),
  "WebP + AVIF": set(WIDTHS, ["webp", "avif"]),
  "one thumbnail": [{ name: "thumb", width: 200, height: 200, fit: "cover", format: "jpeg" }],
};
