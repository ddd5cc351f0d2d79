import { setTimeout as timer } from "node:timers/promises";
import { createMiddleware } from "hono/factory";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import type { ApiEnv } from "./app.js";
import type { CompleteOptions } from "./options.js";
import { Busy } from "./problem.js";

/** Far more than any JSON of this API has. */
const MAX_JSON_BYTES = 64 * 1024;

/** Limits on the size of a body and on the time it takes. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Creates the error for a larger body. */
  readonly createError: () => SafelightError;
  /** For the whole body. */
  readonly seconds: number;
  /** Counts the bytes held in memory, and refuses more than there is room for. */
  readonly reservation: MemoryReservation;
}

/**
 * Yields the chunks of a body as they arrive. `Content-Length` is checked first, but may be absent or wrong, so the bytes
 * are counted too. Reading stops at the first byte over the limit.
 */
export async function* readChunks(request: Request, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const declared = parseContentLength(request);
  if (declared !== undefined && declared > limits.maxBytes) throw limits.createError();
  const reader = request.body?.getReader();
  const ended = new AbortController();
  const late = timer(limits.seconds * 1_000, undefined, { signal: ended.signal }).then(() => {
    const message = `the whole body did not arrive within ${limits.seconds} seconds; send it again`;
    throw new SafelightError("invalid-input", message);
  });
  // It may reject between two chunks, while nothing awaits it.
  late.catch(() => {});
  let received = 0;
  try {
    while (reader) {
      const { done, value } = await Promise.race([readNext(reader), late]);
      if (done) break;
      received += value.byteLength;
      if (received > limits.maxBytes) throw limits.createError();
      limits.reservation.add(value.byteLength);
      yield value;
    }
    if (declared !== undefined && received !== declared)
      throw createIncompleteBodyError(`has ${received} bytes instead of the ${declared} of Content-Length`);
  } finally {
    ended.abort();
    // Releases an unread body without waiting for a sender that may never end.
    reader?.cancel().catch(() => {});
  }
}

/** Reads the whole body into one buffer. */
export async function readBody(request: Request, limits: BodyLimits): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(request, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a small body within its limit before anything parses it. */
export function limitJsonBody({ bodyTimeoutSeconds }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const body = await readBody(c.req.raw, {
      maxBytes: MAX_JSON_BYTES,
      createError: () =>
        refusalInWords("too-large", `at most ${MAX_JSON_BYTES} bytes of JSON`, "the body", "more"),
      seconds: bodyTimeoutSeconds,
      reservation: { add() {}, release() {} },
    });
    if (body.length === 0) throw refusalInWords("invalid-input", "JSON", "the body", "nothing");
    const { url, method, headers, signal } = c.req.raw;
    c.req.raw = new Request(url, { method, headers, signal, body: new Uint8Array(body) });
    await next();
  });
}

async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    throw createIncompleteBodyError("broke off", error);
  }
}

function createIncompleteBodyError(happened: string, cause?: unknown): SafelightError {
  return new SafelightError("invalid-input", `the body ${happened}; send it again`, { cause });
}

function parseContentLength(request: Request): number | undefined {
  const header = request.headers.get("content-length");
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new SafelightError("invalid-input", "expected a number for Content-Length but received other text");
}

/** Limits the memory that all unfinished uploads hold together. */
export class UploadMemory {
  readonly #most: number;
  #held = 0;

  /** `most` is the number of bytes that may be held at one time. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Creates the reservation of one request; release it when the request is done. */
  reserve(): MemoryReservation {
    let mine = 0;
    return {
      add: (bytes) => {
        if (this.#held + bytes > this.#most) throw new Busy(1, "too many uploads are in progress; try again");
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        this.#held -= mine;
        mine = 0;
      },
    };
  }
}

/** The memory that one request holds. */
export interface MemoryReservation {
  /** Adds bytes. Throws `unavailable` if all requests together would hold too much. */
  add(bytes: number): void;
  /** Gives the memory back. Repeating it is harmless. */
  release(): void;
}
