import { refusal } from "../../../domain/model/errors.js";

/** Cameras and encoders write 1 to about 12. */
const MAX_SCANS = 100;

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** SOF0 and SOF1: baseline and extended sequential, not progressive (ITU-T T.81, table B.1). */
const SEQUENTIAL_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1]);

/** Where a frame's and a scan's header count their components, from the header's length on (T.81, B.2.2 and B.2.3). */
const COMPONENTS_IN_FRAME = 7;
const COMPONENTS_IN_SCAN = 2;

/**
 * Throws `too-large` for a JPEG of more than 100 scans. Each scan of a progressive JPEG makes the decoder walk the
 * whole picture again: a file of 1.6 MB with 2,647 legal scans takes 42 seconds, and no decoder option stops it.
 */
export function checkJpegScans(bytes: Uint8Array): void {
  const scans = countScans(bytes);
  if (scans > MAX_SCANS) throw refusal("too-large", `at most ${MAX_SCANS} scans`, "a JPEG", scans);
}

/**
 * Counts the scans up to the end of the picture, finding markers as libjpeg does: whatever stands before the next
 * 0xff is skipped, so that junk between segments cannot hide a scan.
 */
function countScans(bytes: Uint8Array): number {
  let scans = 0;
  let components: number | undefined;
  let at = 2;
  while (at >= 2 && at < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) break;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined || marker === END_OF_IMAGE) break;
    if (hasNoLength(marker)) continue;
    if (SEQUENTIAL_FRAMES.has(marker)) components = bytes[at + COMPONENTS_IN_FRAME];
    if (marker === START_OF_SCAN) {
      scans++;
      // One scan holds everything, and a decoder that works line by line stops after it (has_multiple_scans in
      // libjpeg's jdinput.c): what follows is never walked, nor need it be counted.
      if (scans === 1 && components !== undefined && bytes[at + COMPONENTS_IN_SCAN] === components) return 1;
    }
    at += Math.max(2, ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  return scans;
}

/** A stuffed 0xff of the data, TEM, and the restart markers and SOI have no length after them. */
function hasNoLength(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}
