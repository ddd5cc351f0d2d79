import { setTimeout as timer } from "node:timers/promises";
import { createMiddleware } from "hono/factory";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import type { ApiEnv } from "./app.js";
import type { CompleteOptions } from "./options.js";
import { Busy } from "./problem.js";

/** Far more than any JSON of this API has. */
const MAX_JSON_BYTES = 64 * 1024;

/** How much of a body is read, and how long it is waited for. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** What is thrown for a body of more bytes. */
  readonly tooLarge: () => SafelightError;
  /** For the whole body. */
  readonly seconds: number;
  /** Counts what is held, and refuses when too much is. */
  readonly held: HeldBytes;
}

/**
 * The chunks of a body as they arrive. What `Content-Length` says is checked first, what arrives is counted all the
 * same: it may be absent, and it may lie. Reading ends with the first byte too many, and nothing is read afterwards.
 */
export async function* limitedBody(request: Request, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const declared = declaredLength(request);
  if (declared !== undefined && declared > limits.maxBytes) throw limits.tooLarge();
  const reader = request.body?.getReader();
  const ended = new AbortController();
  const late = timer(limits.seconds * 1_000, undefined, { signal: ended.signal }).then(() => {
    const message = `expected the whole body within ${limits.seconds} seconds but it did not arrive`;
    throw new SafelightError("invalid-input", message);
  });
  // It may come while nobody looks, between two chunks.
  late.catch(() => {});
  let received = 0;
  try {
    while (reader) {
      const { done, value } = await Promise.race([read(reader), late]);
      if (done) break;
      received += value.byteLength;
      if (received > limits.maxBytes) throw limits.tooLarge();
      limits.held.add(value.byteLength);
      yield value;
    }
    if (declared !== undefined && received !== declared) throw endedEarly(`${received} of ${declared} bytes`);
  } finally {
    ended.abort();
    // A body that is left unread is let go; nobody waits for a sender that may never end.
    reader?.cancel().catch(() => {});
  }
}

/** The whole body in one piece. */
export async function wholeBody(request: Request, limits: BodyLimits): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(request, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a small body within its limit before anything parses it. */
export function smallBody({ bodyTimeout }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const body = await wholeBody(c.req.raw, {
      maxBytes: MAX_JSON_BYTES,
      tooLarge: () =>
        refusalInWords("too-large", `at most ${MAX_JSON_BYTES} bytes of JSON`, "the body", "more"),
      seconds: bodyTimeout,
      held: { add() {}, release() {} },
    });
    if (body.length === 0) throw refusalInWords("invalid-input", "JSON", "the body", "nothing");
    const { url, method, headers, signal } = c.req.raw;
    c.req.raw = new Request(url, { method, headers, signal, body: new Uint8Array(body) });
    await next();
  });
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    throw endedEarly("a part of it", error);
  }
}

function endedEarly(received: string, cause?: unknown): SafelightError {
  return new SafelightError("invalid-input", `expected the whole body but received ${received}`, { cause });
}

function declaredLength(request: Request): number | undefined {
  const header = request.headers.get("content-length");
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new SafelightError("invalid-input", "expected a number for Content-Length but received other text");
}

/** The bytes of all unfinished uploads together: many at once must not fill the memory. */
export class UploadMemory {
  readonly #most: number;
  #held = 0;

  /** At most so many bytes are held at one time. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Opens an account for one request; it must be released when the request is done. */
  open(): HeldBytes {
    let mine = 0;
    return {
      add: (bytes) => {
        if (this.#held + bytes > this.#most)
          throw new Busy(1, "expected room for the upload but too many others are under way; try again");
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

/** What one request holds. */
export interface HeldBytes {
  /** Throws `unavailable` when all together would hold too much. */
  add(bytes: number): void;
  /** Repeating it is harmless. */
  release(): void;
}
