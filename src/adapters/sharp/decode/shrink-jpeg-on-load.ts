import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, write } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ShrinkOnLoad } from "../plan/decode-target.js";

/** Writes to a descriptor on the thread pool. */
const writeOnPool = promisify(write);

/**
 * Runs `work` on a file name under which libvips decodes the JPEG at a fraction of its size and does not scale it: sharp uses
 * shrink-on-load only on the way to another size, and scaling twice looks worse. libvips takes options behind a file
 * name, so the bytes are written to a file. It is unlinked before it holds anything: whatever kills this process, no picture
 * stays behind. Resolves to `undefined` where an unlinked file cannot be opened again (not Linux), or no file can be written.
 */
export async function shrinkJpegOnLoad<T>(
  bytes: Uint8Array,
  shrink: ShrinkOnLoad,
  work: (input: string) => Promise<T>,
  dir = tmpdir(),
): Promise<T | undefined> {
  if (process.platform !== "linux") return undefined;
  const file = await openUnlinkedFile(bytes, dir).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return await work(`/proc/self/fd/${file}[shrink=${shrink}]`);
  } finally {
    closeSync(file);
  }
}

/** Opens and closes in this thread, which takes less time than handing it to the thread pool. */
async function openUnlinkedFile(bytes: Uint8Array, dir: string): Promise<number> {
  const path = join(dir, `safelight-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  try {
    unlinkSync(path);
    for (let written = 0; written < bytes.length; )
      written += (await writeOnPool(file, bytes, written, bytes.length - written)).bytesWritten;
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
