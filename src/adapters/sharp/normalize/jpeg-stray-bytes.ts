import { isFrame, type JpegSegment, MARKER } from "./jpeg-segments.js";
import { isSoundTable } from "./jpeg-tables.js";

/** The most stray bytes between two scans, unless they are all the same: what is lost of one is longer. */
const MAX_BETWEEN_SCANS = 64;

/** Names of segments that change colors or turn the picture, and that must not be lost among stray bytes. */
const NAMES = ["Adobe", "ICC_PROFILE", "Exif\0"];

/**
 * Whether the stray bytes before a segment may be what damage leaves: a segment or a scan without its marker, or the end
 * of a table into which bytes came. Then they stay where they are, for the decoder to refuse.
 */
export function looksLikeDamage(
  bytes: Uint8Array,
  segment: JpegSegment,
  before: JpegSegment | undefined,
  hasScan: boolean,
): boolean {
  const stray = bytes.subarray(segment.strayStart, segment.start);
  const isPadding = stray.every((value) => value === stray[0]);
  if (hasScan && (segment.marker !== MARKER.startOfScan || (stray.length > MAX_BETWEEN_SCANS && !isPadding)))
    return true;
  if (before?.marker === MARKER.app14 || (before && !isSoundTable(bytes, before))) return true;
  return isHeadless(stray) || NAMES.some((name) => Buffer.from(stray).includes(name));
}

/** Whether they are a segment whose marker is lost, or only the 0xff of it, or has another byte in its place. */
function isHeadless(stray: Uint8Array): boolean {
  return [0, 1, 2].some((at) => {
    const [high = 0, low = 0] = stray.subarray(at);
    // A segment of no more than its length would hold nothing.
    const isLength = ((high << 8) | low) === stray.length - at && stray.length - at > 2;
    const marker = stray[at - 1];
    return isLength && (marker === undefined || isFrame(marker) || MARKERS.has(marker));
  });
}

/** Of segments without which the picture would be another, and what a decoder takes for filling. */
const MARKERS: ReadonlySet<number> = new Set([
  MARKER.huffman,
  MARKER.startOfScan,
  MARKER.quantization,
  MARKER.restartInterval,
  MARKER.app14,
  0xff,
]);
