import { ApiError } from "./api-error.js";

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
  send(body: FormData): void;
  abort(): void;
}

/** How a form is sent. */
export interface SendOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends the form of a ticket. `fetch` cannot tell how far an upload is, and a stream has no length, which S3 asks
 * for: so progress is told step by step where there is an `XMLHttpRequest`, elsewhere at the beginning and the end.
 */
export async function sendForm(
  url: string,
  form: FormData,
  bytes: number,
  options: SendOptions,
): Promise<void> {
  const { onProgress } = options;
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr };
  onProgress?.({ sent: 0, total: bytes });
  const status =
    onProgress && XMLHttpRequest
      ? await byXhr(new XMLHttpRequest(), url, form, bytes, options)
      : await byFetch(url, form, options);
  if (status < 200 || status >= 300) throw refused(status);
  onProgress?.({ sent: bytes, total: bytes });
}

async function byFetch(url: string, form: FormData, { fetch, signal }: SendOptions): Promise<number> {
  const response = await fetch(url, { method: "POST", body: form, ...(signal && { signal }) });
  // Read to its end, so that the connection can be used again.
  await response.arrayBuffer();
  return response.status;
}

function byXhr(
  xhr: Xhr,
  url: string,
  form: FormData,
  bytes: number,
  { onProgress, signal }: SendOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => xhr.abort();
    const ended = (settle: () => void) => () => {
      signal?.removeEventListener("abort", stop);
      settle();
    };
    xhr.upload.onprogress = ({ loaded, total }) => {
      // The form around the file is counted as well: only the file's share is told.
      onProgress?.({ sent: Math.min(bytes, Math.floor((loaded / total) * bytes)), total: bytes });
    };
    xhr.onload = ended(() => resolve(xhr.status));
    xhr.onerror = ended(() =>
      reject(new ApiError("unavailable", "the upload did not reach its destination")),
    );
    xhr.onabort = ended(() => reject(signal?.reason));
    signal?.addEventListener("abort", stop, { once: true });
    xhr.open("POST", url);
    xhr.send(form);
  });
}

function refused(status: number): ApiError {
  const message = `expected the upload to be accepted but the store answered ${status}; a ticket is good for one file of its type, for some minutes`;
  return new ApiError(status >= 500 ? "unavailable" : status === 413 ? "too-large" : "forbidden", message, {
    status,
  });
}
