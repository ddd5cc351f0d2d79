import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Asset } from "../../../domain/model/asset.js";
import { refusalInWords } from "../../../domain/model/errors.js";
import { prepareFontconfig, scratchFolder } from "./fontconfig.js";

/** A font as Pango is told of it. */
export interface FontFile {
  readonly path: string;
  /** Family and style, as Pango reads them. */
  readonly name: string;
}

/** Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian and many symbols. */
const DEFAULT_FONT = "dejavu-fonts-ttf/ttf/DejaVuSans.ttf";

const FAMILY = 1;
const STYLE = 2;

const known = new Map<string, Promise<FontFile>>();

/** The font's file, written to disk once if it came as bytes: Pango reads fonts by name only. */
export function fontFile(font: Asset | undefined): Promise<FontFile> {
  const id = font?.sha256 ?? "default";
  const found = known.get(id) ?? (font ? storeFont(font) : defaultFont());
  known.set(id, found);
  found.catch(() => known.delete(id));
  return found;
}

async function defaultFont(): Promise<FontFile> {
  prepareFontconfig();
  const path = createRequire(import.meta.url).resolve(DEFAULT_FONT);
  return { path, name: nameOf(await readFile(path)) };
}

async function storeFont({ bytes, sha256 }: Asset): Promise<FontFile> {
  prepareFontconfig();
  const name = nameOf(bytes);
  const path = join(scratchFolder(), `${sha256}.ttf`);
  await writeFile(path, bytes);
  return { path, name };
}

/**
 * Family and style out of the font's own name table (OpenType 1.9, `name`). Pango finds a font by these only. The
 * comma ends the family, or one called `Face 12` would be drawn at 12 points.
 */
export function nameOf(font: Uint8Array): string {
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
  const start = tableAt(view);
  if (start === undefined) return names;
  const strings = start + view.getUint16(start + 4);
  for (let index = 0; index < view.getUint16(start + 2); index++) {
    const at = start + 6 + index * 12;
    const [platform, language, id] = [view.getUint16(at), view.getUint16(at + 4), view.getUint16(at + 6)];
    const [length, offset] = [view.getUint16(at + 8), view.getUint16(at + 10)];
    // Windows, English (United States): UTF-16. What Fontconfig prefers, and what all fonts have.
    if (platform !== 3 || language !== 0x409) continue;
    const units = Array.from({ length: length >> 1 }, (_, unit) =>
      view.getUint16(strings + offset + unit * 2),
    );
    names.set(id, String.fromCharCode(...units));
  }
  return names;
}

function tableAt(view: DataView): number | undefined {
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
