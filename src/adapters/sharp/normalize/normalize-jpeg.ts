import { isFrame, isSequential, type JpegSegment, MARKER, walkJpegSegments } from "./jpeg-segments.js";
import type { NormalOriginal } from "./normal-original.js";

/** More places with stray bytes are no accident, and are left to the decoder, which refuses them. */
const MAX_STRAY_PLACES = 1_000;

/** A change of an original: bytes that take the place of others. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array();

/**
 * Takes out of a JPEG what decoders warn of although the picture is whole, as every viewer shows it: stray bytes between
 * segments, scan parameters that a sequential picture does not use, unknown revisions of JFIF and of Adobe's transform.
 * Compressed pixels are never touched, so that whatever the decoder then warns of is damage.
 */
export function normalizeJpeg(bytes: Uint8Array): NormalOriginal {
  const edits: Edit[] = [];
  const warnings: string[] = [];
  const header = new JpegHeader();
  for (const segment of walkJpegSegments(bytes)) {
    header.read(bytes, segment);
    if (segment.stray > 0) {
      if (edits.length >= MAX_STRAY_PLACES) return { bytes, warnings: [] };
      edits.push({ start: segment.strayStart, end: segment.start, bytes: NOTHING });
      warnings.push(`${countBytes(segment.stray)} before ${nameMarker(segment.marker)}`);
    }
    for (const { fault, ...edit } of header.findCorrections(bytes, segment)) {
      edits.push(edit);
      if (!warnings.includes(fault)) warnings.push(fault);
    }
  }
  return edits.length === 0 ? { bytes, warnings: [] } : { bytes: applyEdits(bytes, edits), warnings };
}

/** A correction and what it corrects. */
type Correction = Edit & { readonly fault: string };

/** Facts of the segments so far that decide about those to come. */
class JpegHeader {
  #frame: number | undefined;
  #components = 0;
  #isJfif = false;
  #adobe: JpegSegment | undefined;

  read(bytes: Uint8Array, segment: JpegSegment): void {
    const { marker, start } = segment;
    if (isFrame(marker)) {
      this.#frame = marker;
      this.#components = bytes[start + 9] ?? 0;
    }
    if (isJfif(bytes, segment)) this.#isJfif = true;
    if (isAdobe(bytes, segment)) this.#adobe = segment;
  }

  findCorrections(bytes: Uint8Array, segment: JpegSegment): readonly Correction[] {
    if (isJfif(bytes, segment)) return normalizeRevision(bytes, segment);
    if (isExif(bytes, segment)) return normalizeExif(bytes, segment);
    if (segment.marker !== MARKER.startOfScan) return [];
    return [...this.#normalizeTransform(bytes), ...this.#normalizeScan(bytes, segment)];
  }

  /** Only a progressive picture has scans of some coefficients or bits (T.81, B.2.3). */
  #normalizeScan(bytes: Uint8Array, { end }: JpegSegment): readonly Correction[] {
    const parameters = bytes.subarray(end - 3, end);
    const [from, to, bits] = parameters;
    if (!isSequential(this.#frame) || (from === 0 && to === 63 && bits === 0)) return [];
    const fault = `SOS has the parameters ${from}, ${to}, ${bits} instead of 0, 63, 0`;
    return [{ start: end - 3, end, bytes: Uint8Array.of(0, 63, 0), fault }];
  }

  /** Of the transforms that nobody knows, decoders take the usual one; JFIF says it already for three components. */
  #normalizeTransform(bytes: Uint8Array): readonly Correction[] {
    const adobe = this.#adobe;
    this.#adobe = undefined;
    if (!adobe) return [];
    const at = adobe.start + 15;
    const transform = bytes[at] ?? 0;
    const usual = this.#components === 4 ? 2 : 1;
    const isAsked = this.#components === 4 || (this.#components === 3 && !this.#isJfif);
    if (!isAsked || transform === 0 || transform === usual) return [];
    const fault = `Adobe's APP14 has the unknown color transform ${transform}`;
    return [{ start: at, end: at + 1, bytes: Uint8Array.of(usual), fault }];
  }
}

function isJfif(bytes: Uint8Array, { marker, start, end }: JpegSegment): boolean {
  return marker === MARKER.app0 && end - start >= 18 && matchesText(bytes, start + 4, "JFIF\0");
}

function isAdobe(bytes: Uint8Array, { marker, start, end }: JpegSegment): boolean {
  return marker === MARKER.app14 && end - start >= 16 && matchesText(bytes, start + 4, "Adobe");
}

function isExif(bytes: Uint8Array, { marker, start, end }: JpegSegment): boolean {
  return marker === MARKER.app1 && end - start >= 10 && matchesText(bytes, start + 4, "Exif\0");
}

function normalizeRevision(bytes: Uint8Array, { start }: JpegSegment): readonly Correction[] {
  const [major, minor] = bytes.subarray(start + 9, start + 11);
  if (major === 1) return [];
  const fault = `JFIF has the unknown revision ${major}.${minor}`;
  return [{ start: start + 9, end: start + 10, bytes: Uint8Array.of(1), fault }];
}

/** Two NULs end the name. Viewers look at the first alone, and turn the picture by what follows. */
function normalizeExif(bytes: Uint8Array, { start }: JpegSegment): readonly Correction[] {
  const at = start + 9;
  if (bytes[at] === 0) return [];
  return [
    {
      start: at,
      end: at + 1,
      bytes: Uint8Array.of(0),
      fault: "EXIF has a name that does not end in two NULs",
    },
  ];
}

function matchesText(bytes: Uint8Array, at: number, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, text.length).toString("latin1") === text;
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
