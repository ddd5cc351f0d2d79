import sharp from "sharp";
import { SafelightError } from "../../../domain/model/errors.js";
import type { Size } from "../../../domain/model/size.js";
import type { TextWatermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";
import { type FontFile, loadFontFile } from "./fonts.js";

/** The font size at which the text is measured. */
const TRIAL_POINTS = 64;

/** The outline's width as a share of the watermark's height. */
const OUTLINE = 0.04;

/** A blur alone is faint: multiplied, it is an outline with a soft edge. */
const HALO_STRENGTH = 4;

/** The widest that a text is drawn; a larger watermark is enlarged from there. */
const MAX_DRAWN_PIXELS = 8_000;

/** Measures the text at a fixed font size: only the proportions matter. */
export async function measureText(watermark: TextWatermark): Promise<Size> {
  const { width, height } = await drawGlyphs(watermark, await loadFontFile(watermark.font), TRIAL_POINTS);
  return { width, height };
}

/** Draws the text in its color on a contrasting outline, filling `size`. */
export async function drawText(watermark: TextWatermark, size: Size): Promise<RawPicture<4>> {
  const font = await loadFontFile(watermark.font);
  // Never more than a quarter of the shorter side, so that there is room for the text; none on a watermark of a few pixels.
  const most = Math.floor((Math.min(size.width, size.height) - 1) / 4);
  const edge = Math.min(Math.max(1, Math.round(size.height * OUTLINE)), most);
  const inner = { width: size.width - 2 * edge, height: size.height - 2 * edge };
  const trial = await drawGlyphs(watermark, font, TRIAL_POINTS);
  // Twice as large as needed, because Pango takes no exact size in pixels: the result is scaled down to it.
  const width = Math.min(inner.width * 2, MAX_DRAWN_PIXELS);
  const large = await drawGlyphs(watermark, font, Math.max(1, (TRIAL_POINTS * width) / trial.width));
  const one = { channels: 1 as const };
  const glyphs = await sharp(large.data, { raw: { width: large.width, height: large.height, ...one } })
    .resize(inner.width, inner.height, { fit: "fill" })
    .extend({ top: edge, bottom: edge, left: edge, right: edge, background: "#000000" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  if (edge === 0) return { ...size, channels: 4, data: colorize(watermark.color, glyphs, glyphs) };
  const halo = await sharp(glyphs, { raw: { ...size, ...one } })
    .blur(Math.max(0.5, edge / 2))
    .linear(HALO_STRENGTH, 0)
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  return { ...size, channels: 4, data: colorize(watermark.color, glyphs, halo) };
}

/** Draws the text as coverage, one byte a pixel. Fonts of the machine never replace missing letters. */
async function drawGlyphs(
  { text }: TextWatermark,
  font: FontFile,
  points: number,
): Promise<Size & { data: Uint8Array }> {
  const markup = `<span fallback="false">${escapeMarkup(text)}</span>`;
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
    throw new SafelightError("invalid-input", "expected a string that the font can draw for watermark.text", {
      cause,
    });
  }
}

/** Pango's markup is XML, which cannot hold control characters at all. */
function escapeMarkup(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Draws the glyphs in their color over a halo in black or white, whichever contrasts. */
function colorize(color: string, glyphs: Uint8Array, halo: Uint8Array): Uint8Array {
  const [red = 0, green = 0, blue = 0, strength = 255] = Buffer.from(color.slice(1), "hex");
  const behind = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? 0 : 255;
  const pixels = new Uint8Array(glyphs.length * 4);
  for (const [index, covered] of glyphs.entries()) {
    const front = covered / 255;
    const back = ((halo[index] ?? 0) / 255) * (1 - front);
    const opacity = front + back;
    if (opacity === 0) continue;
    const mix = (value: number) => Math.round((value * front + behind * back) / opacity);
    pixels.set([mix(red), mix(green), mix(blue), Math.round(opacity * strength)], index * 4);
  }
  return pixels;
}
