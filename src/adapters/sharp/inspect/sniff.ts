import type { ImageFormat } from "../../../domain/model/image-format.js";
import { findCodedItem } from "../heif/primary-item.js";

/** The content of a file: a format that can be decoded, or the name of one that is refused. */
export type SniffResult =
  | { readonly format: ImageFormat }
  | {
      readonly refused: string;
      /** Certainly a picture, so that its owner should be told of the refusal. */
      readonly picture?: true;
    };

const SIGNATURES: readonly (readonly [signature: string, what: SniffResult])[] = [
  ["\xff\xd8\xff", { format: "jpeg" }],
  ["\x89PNG\r\n\x1a\n", { format: "png" }],
  ["GIF87a", { format: "gif" }],
  ["GIF89a", { format: "gif" }],
  ["II*\0", { format: "tiff" }],
  ["MM\0*", { format: "tiff" }],
  ["II+\0", { format: "tiff" }],
  ["MM\0+", { format: "tiff" }],
  ["\0\0\0\x0cjP  ", { refused: "JPEG 2000", picture: true }],
  ["\xff\x4f\xff\x51", { refused: "JPEG 2000", picture: true }],
  ["\0\0\0\x0cJXL ", { refused: "JPEG XL", picture: true }],
  ["\xff\x0a", { refused: "JPEG XL", picture: true }],
  ["8BPS", { refused: "PSD", picture: true }],
  ["BM", { refused: "BMP" }],
  ["\0\0\x01\0", { refused: "ICO" }],
  ["\0\0\x02\0", { refused: "CUR" }],
  ["%PDF", { refused: "PDF" }],
  ["%!PS", { refused: "PostScript" }],
  ["\xc5\xd0\xd3\xc6", { refused: "PostScript" }],
  ["v/1\x01", { refused: "OpenEXR" }],
  ["#?RADIANCE", { refused: "Radiance HDR" }],
  ["DDS ", { refused: "DDS" }],
  ["qoif", { refused: "QOI" }],
  ["SIMPLE  =", { refused: "FITS" }],
  ["PK\x03\x04", { refused: "ZIP" }],
  ["\x1f\x8b", { refused: "gzip" }],
  ["\x1aE\xdf\xa3", { refused: "Matroska video" }],
];

/** Brands of ISO/IEC 23008-12: still pictures of HEVC (B.4.1), and sequences of them and of any pictures (B.4.2 and 10.3). */
const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis"]);
const SEQUENCE_BRANDS = new Set(["hevc", "hevx", "hevm", "hevs", "msf1"]);

/**
 * Identifies a file by its magic bytes; names, extensions and declared types do not count. Formats that cannot be decoded
 * are named as their users name them, so that the owner can act on a refusal.
 */
export function sniff(bytes: Uint8Array): SniffResult {
  const head = readLatin1(bytes, 0, 32);
  const known = SIGNATURES.find(([signature]) => head.startsWith(signature));
  if (known) return known[1];
  if (head.startsWith("RIFF"))
    return head.startsWith("WEBP", 8) ? { format: "webp" } : { refused: "a RIFF file" };
  if (head.startsWith("ftyp", 4)) return sniffBoxes(bytes);
  return { refused: sniffText(bytes) };
}

/** The ISO base media family is told apart by the brands in its first box: the major one, then the compatible ones. */
function sniffBoxes(bytes: Uint8Array): SniffResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0);
  const major = readLatin1(bytes, 8, 4);
  const brands = [major];
  for (let at = 16; at + 4 <= Math.min(length, bytes.length, 256); at += 4)
    brands.push(readLatin1(bytes, at, 4));
  // What the major brand names is what is shown: of sequences the frames, not the picture that may lie beside them.
  if (brands.includes("avis") && (major === "avis" || major === "msf1"))
    return { refused: "an animated AVIF", picture: true };
  const isAvif = brands.some((brand) => brand === "avif" || brand === "avis");
  if (isAvif) return { format: sniffCodec(view) ?? "avif" };
  // A file may be both: then its major brand says what it is meant to be.
  if (SEQUENCE_BRANDS.has(major)) return { refused: "a HEIC image sequence", picture: true };
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return { format: sniffCodec(view) ?? "heic" };
  if (brands.some((brand) => SEQUENCE_BRANDS.has(brand)))
    return { refused: "a HEIC image sequence", picture: true };
  if (brands.includes("mif1")) {
    const format = sniffCodec(view);
    return format ? { format } : { refused: "HEIF", picture: true };
  }
  if (major === "crx ") return { refused: "Canon raw (CR3)", picture: true };
  return { refused: "a video" };
}

/** Brands promise a codec, or none: the picture itself is of one. */
function sniffCodec(view: DataView): ImageFormat | undefined {
  const type = findCodedItem(view)?.type;
  if (type === "hvc1") return "heic";
  return type === "av01" ? "avif" : undefined;
}

function sniffText(bytes: Uint8Array): string {
  const start = readLatin1(bytes, 0, 4096);
  if (/<svg[\s>]/i.test(start)) return "SVG";
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script)/i.test(start)) return "HTML";
  if (/^(?:\xef\xbb\xbf)?\s*<\?xml/i.test(start)) return "XML";
  const isText = bytes.subarray(0, 4096).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
  return isText ? "text" : "bytes of no known image format";
}

function readLatin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
