import sharp from "sharp";

/** Pixels a side of one patch. */
const PATCH = 16;

/** Colors of sRGB from row to row: no two corners, sides or halves of the card are alike. */
const COLORS = [
  ["#c03028", "#e07830", "#f0c040", "#f8f0d0", "#808080", "#202020", "#404858", "#e8e8e8"],
  ["#902058", "#d05890", "#f0a8c0", "#c8a078", "#886040", "#483018", "#b8b0a0", "#606060"],
  ["#482878", "#7850b0", "#b8a0e0", "#303070", "#2848a8", "#4888d8", "#98c8f0", "#c8d8e0"],
  ["#184838", "#287848", "#58a858", "#a8d078", "#708820", "#b8b830", "#185868", "#40a0a8"],
  ["#f02818", "#18c028", "#2030e0", "#18c0c0", "#d020c0", "#e0d818", "#ffffff", "#000000"],
  ["#a0a0a0", "#b86858", "#5878a0", "#58a088", "#a89858", "#9870a0", "#383838", "#d0c0b8"],
];

/** Width and height of the card in pixels. */
export const CARD = { width: PATCH * COLORS[0].length, height: PATCH * COLORS.length };

/** Draws a card of patches, in sRGB; with `alpha` its patches fade from row to row. */
export function drawCard({ alpha = false } = {}) {
  const channels = alpha ? 4 : 3;
  const data = Buffer.alloc(CARD.width * CARD.height * channels);
  for (let y = 0; y < CARD.height; y++)
    for (let x = 0; x < CARD.width; x++) {
      const row = Math.floor(y / PATCH);
      const color = Number.parseInt(COLORS[row][Math.floor(x / PATCH)].slice(1), 16);
      const pixel = [color >> 16, (color >> 8) & 255, color & 255, 255 - row * 40];
      data.set(pixel.slice(0, channels), (y * CARD.width + x) * channels);
    }
  return sharp(data, { raw: { ...CARD, channels } });
}

/** Runs the operations on a picture and opens the result: sharp runs operations in an order of its own. */
export async function finish(picture) {
  return sharp(await picture.png().toBuffer());
}

/** Draws three million pixels of one color, which take few bytes. */
export function drawFlat() {
  return sharp({ create: { width: 2_000, height: 1_500, channels: 3, background: "#336699" } });
}
