import { type FileHandle, open } from "node:fs/promises";

/**
 * Reads the first `limit` bytes of a file, so that a huge one costs no more than the largest that is allowed in. Asked
 * for one byte more than an original may have, it gives the pipeline enough to see that there are too many: the
 * image is recorded as rejected (`too-large`) like any other, although its bytes were never all in memory.
 */
export async function readFileUpTo(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    // What is no regular file has no size that means anything.
    return stat.isFile() && stat.size > 0
      ? await readKnown(file, Math.min(stat.size, limit))
      : await readUnknown(file, limit);
  } finally {
    await file.close();
  }
}

/** One buffer of the right length: megabytes that are put together from chunks are held twice. */
async function readKnown(file: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function readUnknown(file: FileHandle, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const stream = file.createReadStream({ end: limit - 1, autoClose: false });
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
