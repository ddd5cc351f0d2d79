import { type Edit, JpegHeader } from "./jpeg-header.js";
import { type JpegSegment, MARKER, walkJpegSegments } from "./jpeg-segments.js";
import { looksLikeDamage } from "./jpeg-stray-bytes.js";
import type { NormalizedOriginal } from "./normalized-original.js";

/** More places with stray bytes are no accident, and are left to the decoder, which refuses them. */
const MAX_STRAY_PLACES = 1_000;

const NOTHING = new Uint8Array();

/**
 * Takes out of a JPEG what decoders warn of although the picture is whole, as every viewer shows it: stray bytes between
 * segments, scan parameters that a sequential picture does not use, unknown revisions of JFIF and of Adobe's transform.
 * Compressed pixels are never touched, so that whatever the decoder then warns of is damage.
 */
export function normalizeJpeg(bytes: Uint8Array): NormalizedOriginal {
  const edits: Edit[] = [];
  const warnings: string[] = [];
  const header = new JpegHeader();
  let before: JpegSegment | undefined;
  let hasScan = false;
  for (const segment of walkJpegSegments(bytes)) {
    header.read(bytes, segment);
    if (segment.stray > 0) {
      if (edits.length >= MAX_STRAY_PLACES || looksLikeDamage(bytes, segment, before, hasScan))
        return { bytes, warnings: [] };
      edits.push({ start: segment.strayStart, end: segment.start, bytes: NOTHING });
      warnings.push(`${countBytes(segment.stray)} before ${nameMarker(segment.marker)}`);
    }
    hasScan ||= segment.marker === MARKER.startOfScan;
    before = segment;
    if (edits.length > 0 && header.isTableMissing(bytes, segment)) return { bytes, warnings: [] };
    for (const { fault, ...edit } of header.findCorrections(bytes, segment)) {
      edits.push(edit);
      if (!warnings.includes(fault)) warnings.push(fault);
    }
  }
  return edits.length === 0 ? { bytes, warnings: [] } : { bytes: applyEdits(bytes, edits), warnings };
}

function countBytes(count: number): string {
  return count === 1 ? "1 stray byte" : `${count} stray bytes`;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0xc4, "DHT"],
  [0xcc, "DAC"],
  [0xd9, "EOI"],
  [0xda, "SOS"],
  [0xdb, "DQT"],
  [0xdc, "DNL"],
  [0xdd, "DRI"],
  [0xfe, "COM"],
]);

/** Names of markers that count their kinds, by the first and the last of them. */
const COUNTED = [
  ["APP", 0xe0, 0xef],
  ["RST", 0xd0, 0xd7],
  ["SOF", 0xc0, 0xcf],
] as const;

function nameMarker(marker: number): string {
  const [name, first] = COUNTED.find(([, from, to]) => marker >= from && marker <= to) ?? [];
  const counted = first === undefined ? `0x${marker.toString(16)}` : `${name}${marker - first}`;
  return NAMES.get(marker) ?? counted;
}

/** Edits are sorted here: a transform is corrected only when the frame is known. */
function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, edit.start), edit.bytes);
    at = edit.end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}
