/** A marker of a JPEG with its header, and the bytes before it that belong to nothing. */
export interface JpegSegment {
  /** The second byte of the marker. */
  readonly marker: number;
  /** The offset of the marker's 0xff. */
  readonly start: number;
  /** The offset behind its header. */
  readonly end: number;
  /** How many bytes a decoder skips on the way to it. */
  readonly stray: number;
  /** The offset where those begin. */
  readonly strayStart: number;
}

/** Markers (ITU-T T.81, table B.1). */
export const MARKER = {
  temporary: 0x01,
  huffman: 0xc4,
  restart0: 0xd0,
  restart7: 0xd7,
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  quantization: 0xdb,
  restartInterval: 0xdd,
  app0: 0xe0,
  app1: 0xe1,
  app13: 0xed,
  app14: 0xee,
  app15: 0xef,
  comment: 0xfe,
} as const;

/** SOF0 and SOF1, and the same with arithmetic coding (SOF9): sequential, not progressive. */
const SEQUENTIAL_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc9]);

/** DHT, JPG and DAC are no frames, although their numbers lie between those of frames. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

function isRestart(marker: number): boolean {
  return marker >= MARKER.restart0 && marker <= MARKER.restart7;
}

function isOptional(marker: number): boolean {
  return (marker >= MARKER.app0 && marker <= MARKER.app15) || marker === MARKER.comment;
}

export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker);
}

export function isSequential(frame: number | undefined): boolean {
  return frame !== undefined && SEQUENTIAL_FRAMES.has(frame);
}

/** Programs write up to some hundreds, of profiles and panoramas. */
const MAX_SEGMENTS = 10_000;

/**
 * Walks the segments of a JPEG up to its end, or to where the rest is the decoder's to judge, finding markers as libjpeg
 * does. It ends behind a first scan that holds the whole of a sequential picture: a decoder reads no further.
 */
export function* walkJpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  let frame: number | undefined;
  let components: number | undefined;
  let scans = 0;
  let segments = 0;
  for (let at = 2; segments < MAX_SEGMENTS; segments++) {
    const found = findMarker(bytes, at);
    const segment = found && measureSegment(bytes, found, at);
    if (!segment) return;
    yield segment;
    const { marker, start, end } = segment;
    if (marker === MARKER.endOfImage) return;
    at = end;
    if (isFrame(marker)) {
      frame = marker;
      components = bytes[start + 9];
    }
    if (marker !== MARKER.startOfScan) continue;
    scans++;
    if (scans === 1 && isSequential(frame) && bytes[start + 4] === components) return;
    at = skipScan(bytes, at);
  }
}

interface FoundMarker {
  readonly marker: number;
  readonly start: number;
  readonly stray: number;
}

/** Any number of 0xff may stand before a marker; a pair of 0xff and 0 is stray, as is all else. */
function findMarker(bytes: Uint8Array, from: number): FoundMarker | undefined {
  let stray = 0;
  for (let at = from; ; ) {
    const next = bytes.indexOf(0xff, at);
    if (next < 0) return undefined;
    stray += next - at;
    let code = next + 1;
    while (bytes[code] === 0xff) code++;
    const marker = bytes[code];
    if (marker === undefined) return undefined;
    if (marker !== 0) return { marker, start: code - 1, stray };
    stray += 2;
    at = code + 1;
  }
}

/** `undefined` for a marker at which no decoder goes on, and for a header that is not whole. */
function measureSegment(
  bytes: Uint8Array,
  { marker, start, stray }: FoundMarker,
  strayStart: number,
): JpegSegment | undefined {
  if (marker === MARKER.startOfImage) return undefined;
  const isBare = marker === MARKER.endOfImage || marker === MARKER.temporary || isRestart(marker);
  const claimed = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
  // A length counts itself. Decoders pass over an application's segment or a comment that says less, and refuse others.
  if (!isBare && claimed < 2 && !isOptional(marker)) return undefined;
  const end = start + 2 + (isBare ? 0 : Math.max(2, claimed));
  if (end > bytes.length) return undefined;
  return { marker, start, end, stray, strayStart };
}

/** The offset of the first 0xff behind the data of a scan: the data hold none but those with a 0, and restart markers. */
function skipScan(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const next = bytes.indexOf(0xff, at);
    if (next < 0) return bytes.length;
    const code = bytes[next + 1] ?? 0;
    if (code !== 0 && !isRestart(code)) return next;
    at = next + 2;
  }
}
