/** One table with one code, the bit 0, for one symbol. */
const buildHuffmanTable = (kind: number, symbol: number) =>
  buildSegment(0xc4, Buffer.from([kind, 1, ...Array.from({ length: 15 }, () => 0), symbol]));

/** "No more coefficients for 2^14 blocks and as many as the next 14 bits say." */
const EOB14 = 0xe0;
const LONGEST_RUN = 2 ** 15 - 1;

/**
 * A gray progressive JPEG that takes nearly nothing to send and `scans` walks over the whole picture to decode. Every
 * scan is legal: first each coefficient without its last bit, then the last bits. At most 127 scans.
 */
export function buildManyScansJpeg(width: number, height: number, scans: number): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const frame = Buffer.alloc(9);
  frame.set([8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]);
  const run = "0".concat("1".repeat(14));
  const nothing = packBits(run.repeat(Math.ceil(blocks / LONGEST_RUN)));
  const walks = Array.from({ length: scans - 1 }, (_, index) => {
    const coefficient = 1 + (index % 63);
    return Buffer.concat([buildScan(coefficient, coefficient, index < 63 ? 0x01 : 0x10), nothing]);
  });
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    buildSegment(0xdb, Buffer.concat([Buffer.alloc(1), Buffer.alloc(64, 16)])),
    buildSegment(0xc2, frame),
    buildHuffmanTable(0x00, 0),
    buildHuffmanTable(0x10, EOB14),
    buildScan(0, 0, 0),
    packBits("0".repeat(blocks)),
    ...walks,
    Buffer.from([0xff, 0xd9]),
  ]);
}

function buildSegment(marker: number, data: Uint8Array): Buffer {
  const length = data.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), data]);
}

function buildScan(from: number, to: number, bits: number): Buffer {
  return buildSegment(0xda, Buffer.from([1, 1, 0, from, to, bits]));
}

/** Bits as bytes, filled up with ones; a byte of ones is followed by a zero. */
function packBits(bits: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, "1"), 2);
    bytes.push(byte, ...(byte === 0xff ? [0] : []));
  }
  return Buffer.from(bytes);
}
