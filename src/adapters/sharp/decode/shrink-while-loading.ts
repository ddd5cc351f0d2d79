import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, write } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ShrinkOnLoad } from "../plan/decoded-picture.js";

/** Writes to a descriptor on the thread pool. */
const writeOnPool = promisify(write);

/**
 * Does `work` on a JPEG that libvips decodes at a part of its size, and on nothing else: sharp asks for that only on the
 * way to some other size, and what has been scaled twice looks worse. libvips itself takes options behind the name of a
 * file, so the bytes are laid into one. It loses its name before it holds anything: whatever kills this process, nobody's
 * picture stays behind. Resolves to `undefined` where files without a name cannot be opened again (not Linux), or
 * no file can be written.
 */
export async function shrinkWhileLoading<T>(
  bytes: Uint8Array,
  shrink: ShrinkOnLoad,
  work: (input: string) => Promise<T>,
  dir = tmpdir(),
): Promise<T | undefined> {
  if (process.platform !== "linux") return undefined;
  const file = await nameless(bytes, dir).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return await work(`/proc/self/fd/${file}[shrink=${shrink}]`);
  } finally {
    closeSync(file);
  }
}

/** Opening and closing in this thread: that takes less time than handing it to another one. */
async function nameless(bytes: Uint8Array, dir: string): Promise<number> {
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
