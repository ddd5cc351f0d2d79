import { crc32, deflateSync } from "node:zlib";

/** Creates a chunk of a PNG (third edition, 5.3). */
export function createPngChunk(type: string, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const chunk = Buffer.concat([Buffer.alloc(8), ...content, Buffer.alloc(4)]);
  chunk.writeUInt32BE(length, 0);
  chunk.write(type, 4, "latin1");
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** Creates the chunk of an ICC profile. */
export function createProfileChunk(profile: Uint8Array): Buffer {
  return createPngChunk("iCCP", Buffer.from("profile\0\0", "latin1"), deflateSync(profile));
}
