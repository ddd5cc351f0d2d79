import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** Reads as many bytes as the file had when it was looked at, never more, whatever is appended to it. */
export async function readWhole(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The SHA-256 of a file's bytes in hexadecimal, without holding all of them at once. */
export async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
  return hash.digest("hex");
}
