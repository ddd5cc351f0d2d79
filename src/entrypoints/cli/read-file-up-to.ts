import { open } from "node:fs/promises";

/**
 * Reads the first `limit` bytes of a file, so that a huge one costs no more than the largest that is allowed in. Asked
 * for one byte more than an original may have, it gives the pipeline enough to see that there are too many: the
 * image is recorded as rejected (`too-large`) like any other, although its bytes were never all in memory.
 */
export async function readFileUpTo(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path);
  const chunks: Buffer[] = [];
  // The stream closes the file, whether it ends or fails.
  const stream = file.createReadStream({ end: limit - 1, highWaterMark: 1024 * 1024 });
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
