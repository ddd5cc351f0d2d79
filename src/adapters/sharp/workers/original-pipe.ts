import type { ChildProcess } from "node:child_process";
import { readSync } from "node:fs";
import { Socket } from "node:net";

/** The file descriptor of the pipe in a worker process. */
const PIPE_DESCRIPTOR = 4;

/** The streams of a worker process: standard error, a channel for messages, and the pipe. */
export const WORKER_STDIO = ["ignore", "ignore", "inherit", "ipc", "pipe"] as const;

/**
 * A pipe that carries the bytes of originals to a worker process. In a message they would be copied three times on
 * either side, which takes milliseconds for a few megabytes.
 */
export class OriginalPipe {
  readonly #socket: Socket | undefined;

  /** Calls `onBroken` when nothing can be sent any more: at the latest when the process has ended. */
  constructor({ stdio }: Pick<ChildProcess, "stdio">, onBroken: () => void) {
    // Where the system has no file descriptor left, no process was started and it has no streams.
    const end = (stdio as ChildProcess["stdio"] | undefined)?.[PIPE_DESCRIPTOR];
    if (!(end instanceof Socket)) {
      onBroken();
      return;
    }
    this.#socket = end;
    end.once("error", onBroken);
    end.once("close", onBroken);
    end.unref();
  }

  /** Sends the bytes, which must not change until the call is answered. */
  send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#socket?.write(bytes);
  }
}

/** In the worker process: blocks until `length` bytes have arrived. There is nothing else for this thread to do. */
export function receiveOriginal(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let received = 0; received < length; ) {
    const more = readSync(PIPE_DESCRIPTOR, bytes, received, length - received, null);
    // A partial original must never be judged. If the parent is alive, it tries again in another process.
    if (more === 0) process.kill(process.pid, "SIGKILL");
    received += more;
  }
  return bytes;
}
