import { createHash } from "node:crypto";
import { createReadStream, read, readSync } from "node:fs";
import { promisify } from "node:util";

/** Reads from a descriptor on the thread pool. */
const readOnPool = promisify(read);

/**
 * Most bytes that are read in this thread. So little is there before the thread pool, which other work may fill, would
 * have begun: on a busy machine each wait for it costs milliseconds.
 */
const AT_ONCE = 256 * 1024;

/** Reads as many bytes as the file had when it was looked at, never more, whatever is appended to it. */
export async function readWhole(descriptor: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const bytesRead =
      size <= AT_ONCE
        ? readSync(descriptor, bytes, filled, size - filled, filled)
        : (await readOnPool(descriptor, bytes, filled, size - filled, filled)).bytesRead;
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The SHA-256 of a file's bytes in hexadecimal, without holding all of them at once. */
export async function hashOf(descriptor: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream("", { fd: descriptor, start: 0, autoClose: false }))
    hash.update(chunk);
  return hash.digest("hex");
}
