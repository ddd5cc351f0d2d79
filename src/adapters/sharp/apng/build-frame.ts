import { crc32 } from "node:zlib";
import type { Apng, ApngFrame } from "./apng-frames.js";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Builds a PNG of one frame: the picture's header in the frame's size, all that its pixels depend on, and the pixels. */
export function buildFramePng({ header, shared }: Apng, { area, data }: ApngFrame): Buffer {
  const sized = Buffer.from(new Uint8Array(header.buffer, header.byteOffset, header.byteLength));
  sized.writeUInt32BE(area.width, 0);
  sized.writeUInt32BE(area.height, 4);
  return Buffer.concat([
    SIGNATURE,
    ...buildChunk("IHDR", [sized]),
    ...shared,
    ...buildChunk("IDAT", data),
    ...buildChunk("IEND", []),
  ]);
}

/** Builds a chunk of pieces: its head, the pieces, and its checksum. */
function buildChunk(type: string, pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    pieces.reduce((sum, { length }) => sum + length, 0),
    0,
  );
  head.write(type, 4, "latin1");
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(pieces.reduce((sum, piece) => crc32(piece, sum), crc32(head.subarray(4))));
  return [head, ...pieces, checksum];
}
