import { listPngChunks, listPngTexts, type PngText } from "./png-texts.js";

const XMP_KEYWORD = "XML:com.adobe.xmp";

/** How ImageMagick and others keep a block of metadata that PNG has no chunk for: a text of hexadecimal digits. */
const PROFILE_KEYWORD = "Raw profile type ";

/** The name that an XMP packet has in a JPEG. */
const XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";

/** The statements of a PNG's own texts about rights (PNG, third edition, 11.3.3.1). */
export interface PngRights {
  readonly creator: string | undefined;
  readonly copyright: string | undefined;
}

/**
 * Finds the EXIF block of a PNG wherever it stands. Behind the pixels, where some programs write it, a decoder does not
 * look for it, and no viewer turns the picture by it, nor by one in a text; its facts are as true there.
 */
export function findPngExif(bytes: Uint8Array): Uint8Array | undefined {
  for (const { type, data } of listPngChunks(bytes)) if (type === "eXIf") return data;
  const app1 = findProfile(bytes, "APP1");
  return findProfile(bytes, "exif") ?? (app1 && !isNamedXmp(app1) ? app1 : undefined);
}

/** Finds the XMP packet of a PNG. */
export function findPngXmp(bytes: Uint8Array): Uint8Array | undefined {
  for (const text of listPngTexts(bytes)) if (text.keyword === XMP_KEYWORD) return text.read();
  const app1 = findProfile(bytes, "APP1");
  return findProfile(bytes, "xmp") ?? (app1 && isNamedXmp(app1) ? app1.subarray(XMP_NAME.length) : undefined);
}

/** Finds the IPTC block of a PNG, bare or among Photoshop's resources. */
export function findPngIptc(bytes: Uint8Array): Uint8Array | undefined {
  return findProfile(bytes, "iptc") ?? findProfile(bytes, "8bim");
}

/** Reads the rights that the texts of a PNG tell. */
export function readPngRights(bytes: Uint8Array): PngRights {
  const read = (keyword: string) => {
    for (const text of listPngTexts(bytes)) if (text.keyword === keyword) return decodeText(text);
    return undefined;
  };
  return { creator: read("Author"), copyright: read("Copyright") };
}

function decodeText(text: PngText): string {
  return new TextDecoder(text.isUtf8 ? "utf-8" : "latin1").decode(text.read());
}

/** Finds a block that is kept as a text: a line with its name, one with its length, and its bytes as digits. */
function findProfile(bytes: Uint8Array, name: string): Uint8Array | undefined {
  for (const text of listPngTexts(bytes)) {
    if (text.keyword !== PROFILE_KEYWORD + name) continue;
    const [, digits] = /^\s*\S+\s+\d+\s([\da-f\s]*)$/i.exec(decodeText(text)) ?? [];
    return digits === undefined ? undefined : Buffer.from(digits.replace(/\s/g, ""), "hex");
  }
  return undefined;
}

function isNamedXmp(block: Uint8Array): boolean {
  return Buffer.from(block.subarray(0, XMP_NAME.length)).toString("latin1") === XMP_NAME;
}
