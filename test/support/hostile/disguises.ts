import { gzipSync } from "node:zlib";
import { buildBox } from "../handmade-images.js";
import { drawTestImage } from "../images.js";
import { createRefused, type HostileImage } from "./hostile-image.js";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90"><image xlink:href="file:///etc/passwd" width="90" height="90"/></svg>`;
const ENTITIES = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${SVG}`;

/** Everything that is no allowed format, whatever it is called and whatever it pretends to be. */
export async function buildDisguises(): Promise<readonly HostileImage[]> {
  const jpeg = Buffer.from(await drawTestImage());
  const png = Buffer.from(await drawTestImage({ format: "png" }));
  const createUnsupported = (name: string, bytes: Uint8Array | string, says: RegExp) =>
    createRefused(
      name,
      typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes,
      "unsupported-format",
      says,
    );
  const padText = (text: string) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(64)]);
  return [
    createUnsupported("an SVG", SVG, /SVG/),
    createUnsupported(
      "an SVG behind an XML declaration",
      `<?xml version="1.0" encoding="UTF-8"?>\n${SVG}`,
      /SVG/,
    ),
    createUnsupported("an SVG with a byte order mark", `\xef\xbb\xbf${SVG}`, /SVG/),
    createUnsupported("an SVG behind white space", `${" \n\t".repeat(300)}${SVG}`, /SVG/),
    createUnsupported(
      "an SVG behind a long comment",
      `<?xml version="1.0"?><!-- ${"x".repeat(9_000)} -->${SVG}`,
      /XML/,
    ),
    createUnsupported("an SVG in capital letters", SVG.replace("<svg", "<SVG"), /SVG/),
    createUnsupported(
      "an SVG with a namespace prefix",
      SVG.replace("<svg xmlns", "<s:svg xmlns:s"),
      /SVG|text/,
    ),
    createUnsupported("an SVG in UTF-16", Buffer.from(`\ufeff${SVG}`, "utf16le"), /SVG|no known/),
    createUnsupported("an SVG in UTF-16 without a mark", Buffer.from(SVG, "utf16le"), /SVG|no known/),
    createUnsupported("a compressed SVG", gzipSync(SVG), /gzip/),
    createUnsupported("an SVG of entities", ENTITIES, /SVG/),
    createUnsupported("a PPM", padText("P6\n90 90\n255\n"), /PPM|no known/),
    createUnsupported("a PGM in text", "P2\n3 3\n255\n0 1 2 3 4 5 6 7 8 9 10 11", /PGM|text/),
    createUnsupported("a PFM", padText("PF\n9 9\n-1.0\n"), /no known/),
    createUnsupported("a BMP", padText("BM\x8a\0\0\0\0\0\0\0"), /BMP/),
    createUnsupported("a PSD", padText("8BPS\0\x01\0\0\0\0\0\0\0\x03"), /PSD/),
    createUnsupported(
      "an MVG",
      `push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://example.com/"|ls'\npop graphic-context`,
      /text/,
    ),
    createUnsupported("an MSL", `<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>`, /XML/),
    createUnsupported("a PostScript", "%!PS-Adobe-3.0\n(/etc/passwd) (r) file\nshowpage\n", /PostScript/),
    createUnsupported("an EPS with a preview", padText("\xc5\xd0\xd3\xc6\x1e\0\0\0"), /PostScript/),
    createUnsupported("a PDF", "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n", /PDF/),
    createUnsupported("a HEIC", buildBox("heic", "mif1", "heic"), /heic.*libheif-js/),
    createUnsupported("a HEIC that calls itself MIF", buildBox("mif1", "heic"), /heic.*libheif-js/),
    createUnsupported("an AVIF", buildBox("avif", "mif1", "miaf"), /avif/),
    createUnsupported("a video", buildBox("isom", "mp42"), /video/),
    createUnsupported("a TIFF", padText("II*\0\x08\0\0\0"), /tiff/),
    createUnsupported("an ICO", padText("\0\0\x01\0\x01\0"), /ICO/),
    createUnsupported("a JPEG XL", padText("\xff\x0a\0\0\0\0"), /JPEG XL/),
    createUnsupported("a JPEG 2000", padText("\0\0\0\x0cjP  \r\n\x87\n"), /JPEG 2000/),
    createUnsupported("a vips file", padText("\xb6\xa6\xf2\x08\0\0\0\0"), /no known/),
    createUnsupported("a FITS", padText("SIMPLE  =                    T"), /FITS/),
    createUnsupported(
      "a Radiance picture",
      padText("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n"),
      /Radiance/,
    ),
    createUnsupported("an OpenEXR", padText("v/1\x01\x02\0\0\0"), /OpenEXR/),
    createUnsupported("an XPM", `/* XPM */\nstatic char *x[] = { "1 1 1 1", "a c #fff", "a" };`, /text/),
    createUnsupported("a CSV matrix", "1,2,3\n4,5,6\n7,8,9\n10,11,12\n", /text/),
    createUnsupported("a WAVE sound", padText("RIFF\x40\0\0\0WAVEfmt "), /RIFF/),
    createUnsupported("an HTML page", "<!doctype html><script>alert(1)</script>", /HTML/),
    createUnsupported("a ZIP", padText("PK\x03\x04\x14\0\0\0"), /ZIP/),
    createUnsupported("zeros", Buffer.alloc(4_096), /no known/),
    createUnsupported("a JPEG behind one byte", Buffer.concat([Buffer.from([0]), jpeg]), /no known/),
    createUnsupported(
      "a PNG with the line ends of a text transfer",
      Buffer.concat([Buffer.from("\x89PNG\n\x1a\n", "latin1"), png.subarray(8)]),
      /no known/,
    ),
    createRefused(
      "a PNG that begins like a JPEG",
      Buffer.concat([jpeg.subarray(0, 3), png.subarray(3)]),
      "corrupt-image",
      /received/,
    ),
    createRefused(
      "a JPEG that begins like a PNG",
      Buffer.concat([png.subarray(0, 8), jpeg.subarray(8)]),
      "corrupt-image",
      /received/,
    ),
    createRefused(
      "an SVG that begins like a JPEG",
      Buffer.concat([jpeg.subarray(0, 3), Buffer.from(SVG)]),
      "corrupt-image",
      /received/,
    ),
    createRefused(
      "an SVG that begins like a PNG",
      Buffer.concat([png.subarray(0, 8), Buffer.from(SVG)]),
      "corrupt-image",
      /received/,
    ),
    createRefused("an SVG that begins like a GIF", Buffer.from(`GIF89a${SVG}`), "corrupt-image", /received/),
    createRefused(
      "an SVG that begins like a WebP",
      Buffer.from(`RIFF\x40\0\0\0WEBP${SVG}`, "latin1"),
      "corrupt-image",
      /received/,
    ),
    createRefused("a file of 23 bytes", jpeg.subarray(0, 23), "corrupt-image", /23/),
    createRefused("an empty file", new Uint8Array(), "corrupt-image", /0/),
  ];
}
