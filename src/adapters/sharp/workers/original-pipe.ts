import type { ChildProcess } from "node:child_process";
import { readSync } from "node:fs";
import { Socket } from "node:net";

/** The descriptor under which a worker process has its end. */
const PIPE = 4;

/** With which streams a worker process is started: what it complains about, a channel for messages, the pipe. */
export const WORKER_STDIO = ["ignore", "ignore", "inherit", "ipc", "pipe"] as const;

/**
 * The way on which a worker process is sent originals: bytes alone. In a message they would be copied three times on
 * either side, which takes milliseconds for a few megabytes.
 */
export class OriginalPipe {
  readonly #socket: Socket | undefined;

  /** `broken` is called when nothing can be sent, or no longer: at the latest when the process has ended. */
  constructor({ stdio }: Pick<ChildProcess, "stdio">, broken: () => void) {
    // Where the system has no descriptor left, no process was started, and it has no streams at all.
    const end = (stdio as ChildProcess["stdio"] | undefined)?.[PIPE];
    if (!(end instanceof Socket)) {
      broken();
      return;
    }
    this.#socket = end;
    end.once("error", broken);
    end.once("close", broken);
    end.unref();
  }

  /** Sends the bytes, which must not change until they were answered for. */
  send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#socket?.write(bytes);
  }
}

/**
 * In the worker process: waits for so many bytes. This thread does nothing meanwhile, because there is nothing else
 * that it could do.
 */
export function receiveOriginal(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let received = 0; received < length; ) {
    const more = readSync(PIPE, bytes, received, length - received, null);
    // A part must never be judged as if it were the picture. A parent that lives tries again with another process.
    if (more === 0) process.kill(process.pid, "SIGKILL");
    received += more;
  }
  return bytes;
}
