import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Asset } from "../../../domain/model/asset.js";
import { refusalInWords } from "../../../domain/model/errors.js";
import { getScratchFolder, prepareFontconfig } from "./fontconfig.js";

/** A font file, and the name by which Pango finds it in there. */
export interface FontFile {
  readonly path: string;
  /** Family and style, as Pango reads them. */
  readonly name: string;
}

/** Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian and many symbols. */
const DEFAULT_FONT = "dejavu-fonts-ttf/ttf/DejaVuSans.ttf";

const FAMILY = 1;
const STYLE = 2;

const fontFiles = new Map<string, Promise<FontFile>>();

/** Returns the font's file, and writes it to disk first if it is given as bytes: Pango reads fonts from files only. */
export function loadFontFile(font: Asset | undefined): Promise<FontFile> {
  const id = font?.sha256 ?? "default";
  const found = fontFiles.get(id) ?? (font ? storeFont(font) : loadDefaultFont());
  fontFiles.set(id, found);
  found.catch(() => fontFiles.delete(id));
  return found;
}

async function loadDefaultFont(): Promise<FontFile> {
  prepareFontconfig();
  const path = createRequire(import.meta.url).resolve(DEFAULT_FONT);
  return { path, name: readFontName(await readFile(path)) };
}

async function storeFont({ bytes, sha256 }: Asset): Promise<FontFile> {
  prepareFontconfig();
  const name = readFontName(bytes);
  const path = join(getScratchFolder(), `${sha256}.ttf`);
  await writeFile(path, bytes);
  return { path, name };
}

/**
 * Reads family and style from the font's own name table (OpenType 1.9, `name`): Pango finds a font only by these. The
 * comma ends the family, or one called `Face 12` would be drawn at 12 points.
 */
export function readFontName(font: Uint8Array): string {
  try {
    const names = readNames(new DataView(font.buffer, font.byteOffset, font.byteLength));
    const family = names.get(FAMILY)?.replaceAll(",", " ").trim();
    if (family) return `${family}, ${names.get(STYLE) ?? ""}`.trim();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const expected = "a TrueType or OpenType font with a name";
  throw refusalInWords("invalid-input", expected, "watermark.font", "other bytes");
}

function readNames(view: DataView): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const start = findNameTable(view);
  if (start === undefined) return names;
  const strings = start + view.getUint16(start + 4);
  for (let index = 0; index < view.getUint16(start + 2); index++) {
    const at = start + 6 + index * 12;
    const [platform, language, id] = [view.getUint16(at), view.getUint16(at + 4), view.getUint16(at + 6)];
    const [length, offset] = [view.getUint16(at + 8), view.getUint16(at + 10)];
    // Windows, English (United States): UTF-16. Fontconfig prefers it, and all fonts have it.
    if (platform !== 3 || language !== 0x409) continue;
    const units = Array.from({ length: length >> 1 }, (_, unit) =>
      view.getUint16(strings + offset + unit * 2),
    );
    names.set(id, String.fromCharCode(...units));
  }
  return names;
}

function findNameTable(view: DataView): number | undefined {
  const NAME = 0x6e616d65;
  const version = view.getUint32(0);
  const TRUE_TYPE = [0x00010000, 0x74727565, 0x4f54544f];
  if (!TRUE_TYPE.includes(version)) return undefined;
  for (let index = 0; index < view.getUint16(4); index++) {
    const at = 12 + index * 16;
    if (view.getUint32(at) === NAME) return view.getUint32(at + 8);
  }
  return undefined;
}
