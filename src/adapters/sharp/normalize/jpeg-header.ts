import { isFrame, isSequential, type JpegSegment, MARKER } from "./jpeg-segments.js";
import { listHuffmanTables } from "./jpeg-tables.js";

/** A change of an original: bytes that take the place of others. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** A correction and what it corrects. */
export type Correction = Edit & { readonly fault: string };

/** Facts of the segments so far that decide about those to come. */
export class JpegHeader {
  #frame: number | undefined;
  #components = 0;
  #isJfif = false;
  #adobe: JpegSegment | undefined;
  /** The ids of the Huffman tables that are defined. */
  readonly #tables = new Set<number>();

  read(bytes: Uint8Array, segment: JpegSegment): void {
    const { marker, start } = segment;
    if (isFrame(marker)) {
      this.#frame = marker;
      this.#components = bytes[start + 9] ?? 0;
    }
    if (marker === MARKER.huffman)
      for (const { id } of listHuffmanTables(bytes, segment)) this.#tables.add(id);
    if (isJfif(bytes, segment)) this.#isJfif = true;
    if (isAdobe(bytes, segment)) this.#adobe = segment;
  }

  /**
   * Whether a scan names a Huffman table that is not there. A decoder takes the usual one, as for a frame of a film; among
   * stray bytes it is one that got lost.
   */
  isTableMissing(bytes: Uint8Array, { marker, start, end }: JpegSegment): boolean {
    if (marker !== MARKER.startOfScan) return false;
    const [from = 0, , bits = 0] = bytes.subarray(end - 3, end);
    for (let at = start + 6; at < end - 3; at += 2) {
      const numbers = bytes[at] ?? 0;
      const [dc, ac] = [numbers >> 4, 0x10 | (numbers & 0x0f)];
      const isSequence = isSequential(this.#frame);
      const needsDc = isSequence || (from === 0 && bits >> 4 === 0);
      const needsAc = isSequence || from > 0;
      if ((needsDc && !this.#tables.has(dc)) || (needsAc && !this.#tables.has(ac))) return true;
    }
    return false;
  }

  findCorrections(bytes: Uint8Array, segment: JpegSegment): readonly Correction[] {
    if (isJfif(bytes, segment)) return normalizeRevision(bytes, segment);
    if (isExif(bytes, segment)) return normalizeExif(bytes, segment);
    if (segment.marker !== MARKER.startOfScan) return [];
    return [...this.#normalizeTransform(bytes), ...this.#normalizeScan(bytes, segment)];
  }

  /** Only a progressive picture has scans of some coefficients or bits (T.81, B.2.3). */
  #normalizeScan(bytes: Uint8Array, { end }: JpegSegment): readonly Correction[] {
    const [from, to, bits] = bytes.subarray(end - 3, end);
    if (!isSequential(this.#frame) || (from === 0 && to === 63 && bits === 0)) return [];
    if (isShifted(bytes, end)) return [];
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

/** Whether the right parameters stand near their place: then bytes came into the header, or got lost. */
function isShifted(bytes: Uint8Array, end: number): boolean {
  const isLeft = bytes[end - 3] === 63 && bytes[end - 2] === 0;
  return isLeft || Buffer.from(bytes.subarray(end - 6, end + 64)).includes(Buffer.of(0, 63, 0));
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
