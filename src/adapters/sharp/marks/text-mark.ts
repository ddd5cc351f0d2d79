import sharp from "sharp";
import { SafelightError } from "../../../domain/model/errors.js";
import type { Size } from "../../../domain/model/size.js";
import type { TextWatermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";
import { type FontFile, fontFile } from "./fonts.js";

/** Words drawn at this size tell their proportions. */
const TRIAL_POINTS = 64;

/** The outline's width as a share of the mark's height. */
const OUTLINE = 0.04;

/** A blur alone fades out at once: made stronger, it is an outline with a soft edge. */
const HALO_STRENGTH = 4;

/** Widest that a text is drawn; a larger mark is enlarged from there. */
const MAX_DRAWN = 8_000;

/** The size of the words in a natural size; only its proportions mean something. */
export async function textProportions(mark: TextWatermark): Promise<Size> {
  const { width, height } = await drawn(mark, await fontFile(mark.font), TRIAL_POINTS);
  return { width, height };
}

/** The words in their colour on an outline that contrasts with it, filling `size`. */
export async function drawText(mark: TextWatermark, size: Size): Promise<RawPicture<4>> {
  const font = await fontFile(mark.font);
  // Never more than a quarter of the shorter side, so that there is room for the words; on a mark of a few pixels none.
  const most = Math.floor((Math.min(size.width, size.height) - 1) / 4);
  const edge = Math.min(Math.max(1, Math.round(size.height * OUTLINE)), most);
  const inner = { width: size.width - 2 * edge, height: size.height - 2 * edge };
  const trial = await drawn(mark, font, TRIAL_POINTS);
  // Twice as large as needed, because Pango cannot be told an exact size in pixels: scaling down afterwards can.
  const width = Math.min(inner.width * 2, MAX_DRAWN);
  const large = await drawn(mark, font, Math.max(1, (TRIAL_POINTS * width) / trial.width));
  const one = { channels: 1 as const };
  const glyphs = await sharp(large.data, { raw: { width: large.width, height: large.height, ...one } })
    .resize(inner.width, inner.height, { fit: "fill" })
    .extend({ top: edge, bottom: edge, left: edge, right: edge, background: "#000000" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  if (edge === 0) return { ...size, channels: 4, data: coloured(mark.color, glyphs, glyphs) };
  const halo = await sharp(glyphs, { raw: { ...size, ...one } })
    .blur(Math.max(0.5, edge / 2))
    .linear(HALO_STRENGTH, 0)
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  return { ...size, channels: 4, data: coloured(mark.color, glyphs, halo) };
}

/** How much of each pixel the words cover, a byte each. Fonts of the machine never step in for missing letters. */
async function drawn(
  { text }: TextWatermark,
  font: FontFile,
  points: number,
): Promise<Size & { data: Uint8Array }> {
  const markup = `<span fallback="false">${escaped(text)}</span>`;
  try {
    const { data, info } = await sharp({
      text: {
        text: markup,
        font: `${font.name} ${points.toFixed(2)}`,
        fontfile: font.path,
        dpi: 72,
        wrap: "none",
      },
    })
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new SafelightError("invalid-input", "expected a text that the font can draw for watermark.text", {
      cause,
    });
  }
}

/** Pango's markup is XML, which cannot hold control characters at all. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Lays the glyphs in their colour over the halo in black or white, whichever is the opposite. */
function coloured(color: string, glyphs: Uint8Array, halo: Uint8Array): Uint8Array {
  const [red = 0, green = 0, blue = 0, strength = 255] = Buffer.from(color.slice(1), "hex");
  const behind = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? 0 : 255;
  const pixels = new Uint8Array(glyphs.length * 4);
  for (const [index, covered] of glyphs.entries()) {
    const front = covered / 255;
    const back = ((halo[index] ?? 0) / 255) * (1 - front);
    const opacity = front + back;
    if (opacity === 0) continue;
    const mixed = (value: number) => Math.round((value * front + behind * back) / opacity);
    pixels.set([mixed(red), mixed(green), mixed(blue), Math.round(opacity * strength)], index * 4);
  }
  return pixels;
}
