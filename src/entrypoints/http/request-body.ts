import { createMiddleware } from "hono/factory";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import type { ApiEnv } from "./app.js";
import type { CompleteOptions } from "./options.js";
import { type MemoryReservation, UploadMemory } from "./upload-memory.js";

/** Far more than any JSON of this API has. */
const MAX_JSON_BYTES = 64 * 1024;

/** Limits on the size of a body and on the time it takes. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Creates the error for a larger body. */
  readonly createError: () => SafelightError;
  /** For the whole body. */
  readonly seconds: number;
  /** Counts the bytes held in memory, refuses more than there is room for, and says how long a body may be silent. */
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
  const deadline = new Deadline(limits);
  let received = 0;
  try {
    while (reader) {
      const { done, value } = await deadline.awaitNext(readNext(reader));
      if (done) break;
      received += value.byteLength;
      if (received > limits.maxBytes) throw limits.createError();
      limits.reservation.add(value.byteLength);
      yield value;
    }
    if (declared !== undefined && received !== declared)
      throw createIncompleteBodyError(`has ${received} bytes instead of the ${declared} of Content-Length`);
  } finally {
    deadline.end();
    // Releases an unread body without waiting for a sender that may never end.
    reader?.cancel().catch(() => {});
  }
}

/** Gives a body up that takes too long, has been silent for too long, or whose memory others needed. */
class Deadline {
  readonly #reservation: MemoryReservation;
  readonly #over: Promise<never>;
  readonly #whole: ReturnType<typeof setTimeout>;
  #giveUp: (error: unknown) => void = () => {};

  constructor({ seconds, reservation }: BodyLimits) {
    this.#reservation = reservation;
    this.#over = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    // It may reject between two chunks, while nothing awaits it.
    this.#over.catch(() => {});
    const { revoked } = reservation;
    revoked.addEventListener("abort", () => this.#giveUp(revoked.reason), { once: true });
    this.#whole = setTimeout(() => {
      this.#giveUp(createIncompleteBodyError(`did not arrive within ${seconds} seconds`));
    }, seconds * 1_000);
  }

  /** Resolves to what is awaited, unless that takes too long. */
  async awaitNext<T>(next: Promise<T>): Promise<T> {
    const { silenceSeconds } = this.#reservation;
    const silence = setTimeout(() => {
      this.#giveUp(createIncompleteBodyError(`stopped for ${silenceSeconds} seconds before its end`));
    }, silenceSeconds * 1_000);
    try {
      return await Promise.race([next, this.#over]);
    } finally {
      clearTimeout(silence);
    }
  }

  end(): void {
    clearTimeout(this.#whole);
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
      // It is small, and read only of those who have a permission.
      reservation: new UploadMemory(MAX_JSON_BYTES).reserve(),
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
