import { type FileHandle, open } from "node:fs/promises";
import { readWhole } from "../../adapters/local/file-content.js";

/**
 * Reads the first `limit` bytes of a file, so that a huge one costs no more than the largest that is allowed in. Asked
 * for one byte more than an original may have, it gives the pipeline enough to see that there are too many: the
 * image is recorded as rejected (`too-large`) like any other, although its bytes were never all in memory.
 */
export async function readFileHead(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    // One buffer of the right length, where there is one: megabytes put together from chunks are held twice. What is
    // no regular file has no size that means anything.
    return stat.isFile() && stat.size > 0
      ? await readWhole(file.fd, Math.min(stat.size, limit))
      : await readStream(file, limit);
  } finally {
    await file.close();
  }
}

async function readStream(file: FileHandle, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const stream = file.createReadStream({ end: limit - 1, autoClose: false });
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
