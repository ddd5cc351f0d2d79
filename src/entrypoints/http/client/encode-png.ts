/** Encodes pixels of red, green, blue and alpha as a PNG. They are not compressed: for a placeholder that would save little. */
export function encodePng(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const row = width * 4;
  const rows = new Uint8Array(height * (row + 1));
  // Each row begins with its filter: 0, none.
  for (let y = 0; y < height; y++) rows.set(rgba.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return packBytes([
    [137, 80, 78, 71, 13, 10, 26, 10],
    createChunk("IHDR", [...toBytes(width), ...toBytes(height), 8, 6, 0, 0, 0]),
    createChunk("IDAT", storeAsZlib(rows)),
    createChunk("IEND", []),
  ]);
}

/** A zlib stream (RFC 1950) of one stored block, which holds up to 65,535 bytes. */
function storeAsZlib(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const block = [1, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255];
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return packBytes([[0x78, 0x01], block, bytes, toBytes(b * 65_536 + a)]);
}

function createChunk(type: string, data: ArrayLike<number>): Uint8Array {
  const body = packBytes([Array.from(type, (letter) => letter.charCodeAt(0)), data]);
  return packBytes([toBytes(data.length), body, toBytes(computeCrc(body))]);
}

/** The checksum of PNG, bit by bit: a table would be longer than what it saves. */
function computeCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function toBytes(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function packBytes(parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
