import { gzipSync } from "node:zlib";
import { box } from "../handmade-images.js";
import { testImage } from "../images.js";
import { type HostileImage, refused } from "./hostile-image.js";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90"><image xlink:href="file:///etc/passwd" width="90" height="90"/></svg>`;
const ENTITIES = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${SVG}`;

/** Everything that is no allowed format, whatever it is called and whatever it pretends to be. */
export async function disguises(): Promise<readonly HostileImage[]> {
  const jpeg = Buffer.from(await testImage());
  const png = Buffer.from(await testImage({ format: "png" }));
  const no = (name: string, bytes: Uint8Array | string, says: RegExp) =>
    refused(
      name,
      typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes,
      "unsupported-format",
      says,
    );
  const padded = (text: string) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(64)]);
  return [
    no("an SVG", SVG, /SVG/),
    no("an SVG behind an XML declaration", `<?xml version="1.0" encoding="UTF-8"?>\n${SVG}`, /SVG/),
    no("an SVG with a byte order mark", `\xef\xbb\xbf${SVG}`, /SVG/),
    no("an SVG behind white space", `${" \n\t".repeat(300)}${SVG}`, /SVG/),
    no("an SVG behind a long comment", `<?xml version="1.0"?><!-- ${"x".repeat(9_000)} -->${SVG}`, /XML/),
    no("an SVG in capital letters", SVG.replace("<svg", "<SVG"), /SVG/),
    no("an SVG with a namespace prefix", SVG.replace("<svg xmlns", "<s:svg xmlns:s"), /SVG|text/),
    no("an SVG in UTF-16", Buffer.from(`\ufeff${SVG}`, "utf16le"), /SVG|no known/),
    no("an SVG in UTF-16 without a mark", Buffer.from(SVG, "utf16le"), /SVG|no known/),
    no("a compressed SVG", gzipSync(SVG), /gzip/),
    no("an SVG of entities", ENTITIES, /SVG/),
    no("a PPM", padded("P6\n90 90\n255\n"), /PPM|no known/),
    no("a PGM in text", "P2\n3 3\n255\n0 1 2 3 4 5 6 7 8 9 10 11", /PGM|text/),
    no("a PFM", padded("PF\n9 9\n-1.0\n"), /no known/),
    no("a BMP", padded("BM\x8a\0\0\0\0\0\0\0"), /BMP/),
    no("a PSD", padded("8BPS\0\x01\0\0\0\0\0\0\0\x03"), /PSD/),
    no(
      "an MVG",
      `push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://example.com/"|ls'\npop graphic-context`,
      /text/,
    ),
    no("an MSL", `<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>`, /XML/),
    no("a PostScript", "%!PS-Adobe-3.0\n(/etc/passwd) (r) file\nshowpage\n", /PostScript/),
    no("an EPS with a preview", padded("\xc5\xd0\xd3\xc6\x1e\0\0\0"), /PostScript/),
    no("a PDF", "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n", /PDF/),
    no("a HEIC", box("heic", "mif1", "heic"), /HEIC/),
    no("a HEIC that calls itself MIF", box("mif1", "heic"), /HEIC/),
    no("an AVIF", box("avif", "mif1", "miaf"), /avif/),
    no("a video", box("isom", "mp42"), /video/),
    no("a TIFF", padded("II*\0\x08\0\0\0"), /tiff/),
    no("an ICO", padded("\0\0\x01\0\x01\0"), /ICO/),
    no("a JPEG XL", padded("\xff\x0a\0\0\0\0"), /JPEG XL/),
    no("a JPEG 2000", padded("\0\0\0\x0cjP  \r\n\x87\n"), /JPEG 2000/),
    no("a vips file", padded("\xb6\xa6\xf2\x08\0\0\0\0"), /no known/),
    no("a FITS", padded("SIMPLE  =                    T"), /FITS/),
    no("a Radiance picture", padded("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n"), /Radiance/),
    no("an OpenEXR", padded("v/1\x01\x02\0\0\0"), /OpenEXR/),
    no("an XPM", `/* XPM */\nstatic char *x[] = { "1 1 1 1", "a c #fff", "a" };`, /text/),
    no("a CSV matrix", "1,2,3\n4,5,6\n7,8,9\n10,11,12\n", /text/),
    no("a WAVE sound", padded("RIFF\x40\0\0\0WAVEfmt "), /RIFF/),
    no("an HTML page", "<!doctype html><script>alert(1)</script>", /HTML/),
    no("a ZIP", padded("PK\x03\x04\x14\0\0\0"), /ZIP/),
    no("zeros", Buffer.alloc(4_096), /no known/),
    no("a JPEG behind one byte", Buffer.concat([Buffer.from([0]), jpeg]), /no known/),
    no(
      "a PNG with the line ends of a text transfer",
      Buffer.concat([Buffer.from("\x89PNG\n\x1a\n", "latin1"), png.subarray(8)]),
      /no known/,
    ),
    refused(
      "a PNG that begins like a JPEG",
      Buffer.concat([jpeg.subarray(0, 3), png.subarray(3)]),
      "corrupt-image",
      /received/,
    ),
    refused(
      "a JPEG that begins like a PNG",
      Buffer.concat([png.subarray(0, 8), jpeg.subarray(8)]),
      "corrupt-image",
      /received/,
    ),
    refused(
      "an SVG that begins like a JPEG",
      Buffer.concat([jpeg.subarray(0, 3), Buffer.from(SVG)]),
      "corrupt-image",
      /received/,
    ),
    refused(
      "an SVG that begins like a PNG",
      Buffer.concat([png.subarray(0, 8), Buffer.from(SVG)]),
      "corrupt-image",
      /received/,
    ),
    refused("an SVG that begins like a GIF", Buffer.from(`GIF89a${SVG}`), "corrupt-image", /received/),
    refused(
      "an SVG that begins like a WebP",
      Buffer.from(`RIFF\x40\0\0\0WEBP${SVG}`, "latin1"),
      "corrupt-image",
      /received/,
    ),
    refused("a file of 23 bytes", jpeg.subarray(0, 23), "corrupt-image", /23/),
    refused("an empty file", new Uint8Array(), "corrupt-image", /0/),
  ];
}
