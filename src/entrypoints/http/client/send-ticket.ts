import { ApiError, type ErrorFacts } from "./api-error.js";

/** How far an upload is, in bytes of the file. */
export interface Progress {
  readonly sent: number;
  readonly total: number;
}

/** The part of a browser's `XMLHttpRequest` that is used here; other platforms have none. */
interface Xhr {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  readonly status: number;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob | FormData): void;
  abort(): void;
}

/** The part of a ticket that says what to send. */
export interface TicketToSend {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}

/** How a ticket is sent. */
export interface SendOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Facts for errors. */
  readonly facts: ErrorFacts;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends a file as its ticket says: in a form, or as it is. `fetch` reports no progress of an upload, and a
 * stream has no length, which stores require: so progress is reported step by step where there is an `XMLHttpRequest`,
 * and elsewhere at the beginning and the end. Throws `ApiError`. Repeating it is harmless: a ticket is for one key, and the
 * same bytes under the same key are the same image.
 */
export async function sendTicket(
  ticket: TicketToSend,
  file: Blob,
  fileName: string,
  options: SendOptions,
): Promise<void> {
  const { onProgress } = options;
  const { size } = file;
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr };
  const body = ticket.method === "PUT" ? file : toForm(ticket, file, fileName);
  onProgress?.({ sent: 0, total: size });
  const answer =
    onProgress && XMLHttpRequest
      ? await sendByXhr(new XMLHttpRequest(), ticket, body, size, options)
      : await sendByFetch(ticket, body, options);
  assertTaken(answer, options.facts);
  onProgress?.({ sent: size, total: size });
}

function toForm({ fields }: TicketToSend, file: Blob, fileName: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // Stores ignore everything after the file, so it is last.
  form.append("file", file, fileName);
  return form;
}

/** The part of a store's answer that is looked at. */
interface StoreAnswer {
  readonly status: number;
  readonly contentType: string | null;
}

async function sendByFetch(
  { method, url, headers }: TicketToSend,
  body: Blob | FormData,
  { fetch, signal }: SendOptions,
): Promise<StoreAnswer> {
  const response = await fetch(url, { method, headers: { ...headers }, body, signal });
  // Read to its end, so that the connection can be used again; the status says all, whatever becomes of the rest.
  await response.arrayBuffer().catch(() => signal?.throwIfAborted());
  return { status: response.status, contentType: response.headers.get("content-type") };
}

function sendByXhr(
  xhr: Xhr,
  { method, url, headers }: TicketToSend,
  body: Blob | FormData,
  bytes: number,
  { onProgress, signal, facts }: SendOptions,
): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => xhr.abort();
    const finish = (settle: () => void) => () => {
      signal?.removeEventListener("abort", stop);
      settle();
    };
    xhr.upload.onprogress = ({ loaded, total }) => {
      // A form around the file is counted as well: only the file's share is reported.
      onProgress?.({ sent: Math.min(bytes, Math.floor((loaded / total) * bytes)), total: bytes });
    };
    xhr.onload = finish(() =>
      resolve({ status: xhr.status, contentType: xhr.getResponseHeader("content-type") }),
    );
    xhr.onerror = finish(() =>
      reject(new ApiError("unavailable", "the store was not reached, or its answer was lost", facts)),
    );
    xhr.onabort = finish(() => reject(signal?.reason));
    signal?.addEventListener("abort", stop, { once: true });
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.send(body);
  });
}

/** Throws unless the store has taken the upload. A store that did answers without a page: one is from somebody between. */
function assertTaken({ status, contentType }: StoreAnswer, facts: ErrorFacts): void {
  const isPage = contentType?.startsWith("text/html") ?? false;
  if (status >= 200 && status < 300 && !isPage) return;
  const transient = status < 300 || status === 408 || status === 429 || status >= 500;
  const code = transient ? "unavailable" : status === 413 ? "too-large" : "forbidden";
  const next = transient
    ? "try again later"
    : "a ticket is good for one file of its type, for some minutes: get a new one";
  throw new ApiError(code, `the store answered the upload with ${status}; ${next}`, { ...facts, status });
}
