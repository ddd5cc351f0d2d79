import { createHash } from "node:crypto";
import { createReadStream, read, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";

/** Reads from a descriptor on the thread pool. */
const readAsync = promisify(read);

/**
 * Most bytes that are read in this thread. So little is there before the thread pool, which other work may fill, would
 * have begun: on a busy machine each wait for it costs milliseconds.
 */
const MAX_SYNC_READ_BYTES = 256 * 1024;

/** Reads as many bytes as the file had when it was looked at, never more, whatever is appended to it. */
export async function readWhole(descriptor: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const bytesRead =
      size <= MAX_SYNC_READ_BYTES
        ? readSync(descriptor, bytes, filled, size - filled, filled)
        : (await readAsync(descriptor, bytes, filled, size - filled, filled)).bytesRead;
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Most bytes that are written at once. Where a file system holds files in large pages, a call that brings megabytes was
 * seen to take seven times as long as many small ones (ext4, Linux 6.18: 7.5 ms and 1.2 ms for 3 MB of a file that stays).
 */
const WRITE_CHUNK_BYTES = 64 * 1024;

/** Writes all of the bytes to a new file, in this thread. */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; )
    written += writeSync(descriptor, bytes, written, Math.min(bytes.length - written, WRITE_CHUNK_BYTES));
}

/** The SHA-256 of a file's bytes in hexadecimal, without holding all of them at once. */
export async function hashFile(descriptor: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream("", { fd: descriptor, start: 0, autoClose: false }))
    hash.update(chunk);
  return hash.digest("hex");
}
