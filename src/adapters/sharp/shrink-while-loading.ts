import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShrinkOnLoad } from "../../domain/model/decoded-picture.js";

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
  if (!file) return undefined;
  try {
    return await work(`/proc/self/fd/${file.fd}[shrink=${shrink}]`);
  } finally {
    await file.close();
  }
}

async function nameless(bytes: Uint8Array, dir: string): Promise<FileHandle> {
  const path = join(dir, `safelight-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
    await file.writeFile(bytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
