import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readHeif } from "./heif-file.mjs";

/** Has the pixels themselves carry the code points of Display P3 with the curve of sRGB. */
export const P3_OPTIONS = ["-p", "x265:colorprim=smpte432", "-p", "x265:transfer=iec61966-2-1"];

/**
 * Encodes a PNG or JPEG with heif-enc and returns the file. Its items stay, its `ftyp` is written anew by `writeHeif`, so that
 * nothing in the result tells when or by whom it was made.
 */
export function encodeHeic(picture, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "safelight-heic-"));
  try {
    const [from, to] = [join(folder, picture[0] === 0xff ? "in.jpg" : "in.png"), join(folder, "out.heic")];
    writeFileSync(from, picture);
    execFileSync("heif-enc", ["-q", "92", "-p", "x265:info=0", ...options, from, "-o", to]);
    return readHeif(readFileSync(to));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
