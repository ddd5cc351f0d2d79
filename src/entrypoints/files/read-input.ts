import { readFileHead } from "./read-file-head.js";

/** The argument that stands for standard input. */
export const STANDARD_INPUT = "-";

/** Reads the first `limit` bytes of a file, or of standard input for `-`. See {@link readFileHead}. */
export function readInput(path: string, limit: number): Promise<Uint8Array> {
  return path === STANDARD_INPUT ? readStandardInput(limit) : readFileHead(path, limit);
}

async function readStandardInput(limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop closes the stream: whoever writes more is told.
    if (length >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
