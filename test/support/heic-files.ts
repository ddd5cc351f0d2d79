import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./repository.js";

const FOLDER = join(ROOT, "test", "golden", "heic");

/** The upright size of most of the files, in pixels. */
export const CARD_SIZE = { width: 128, height: 96 } as const;

/** Pixels a side of one patch of the card. */
export const CARD_PATCH = 16;

/** The names of the files that `scripts/draw-heic-pictures.mjs` draws. */
export const HEIC_NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".heic"))
  .map((name) => name.slice(0, -".heic".length));

/** Reads one of them. */
export function readHeic(name: string): Buffer {
  return readFileSync(join(FOLDER, `${name}.heic`));
}

/** Reads a picture of 2,000 x 1,500 pixels in few bytes. */
export function readLargeHeic(): Buffer {
  return readFileSync(join(`${FOLDER}-limits`, "flat.heic"));
}

/** Reads the same card as JPEG or PNG, to compare a file with. */
export function readCard(heic: string): Buffer {
  return readFileSync(join(FOLDER, CARDS[heic] ?? "card.jpg"));
}

const CARDS: Readonly<Record<string, string>> = {
  gray: "card-gray.jpg",
  "odd-size": "card-odd.jpg",
  alpha: "card-alpha.png",
};
