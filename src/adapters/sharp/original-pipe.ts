import type { ChildProcess } from "node:child_process";
import { readSync } from "node:fs";
import { Socket } from "node:net";

/** What a process must be started with so that it can be sent originals; the message channel comes before. */
export const ORIGINAL_PIPE = 4;

/**
 * The way on which a worker process is sent originals: bytes alone. In a message they would be copied three times on
 * either side, which takes milliseconds for a few megabytes.
 */
export class OriginalPipe {
  readonly #socket: Socket | undefined;

  constructor(child: ChildProcess) {
    const end = child.stdio[ORIGINAL_PIPE];
    if (!(end instanceof Socket)) return;
    this.#socket = end;
    // A process that dies with bytes on their way is heard by its exit.
    end.on("error", () => {});
    end.unref();
  }

  /** Sends the bytes, which must not change until they were answered for. */
  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }
}

/**
 * In the worker process: waits for so many bytes. This thread does nothing meanwhile, because there is nothing else
 * that it could do. Fewer come only from a parent that is gone.
 */
export function receiveOriginal(length: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  for (let received = 0; received < length; ) {
    const more = readSync(ORIGINAL_PIPE, bytes, received, length - received, null);
    if (more === 0) return bytes.subarray(0, received);
    received += more;
  }
  return bytes;
}
