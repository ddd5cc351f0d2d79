import type { ImageDescription } from "../../../domain/model/image-record.js";
import { ApiError, type ErrorFacts } from "./api-error.js";
import { type LookTimes, poll } from "./poll.js";
import { canPass, type Patience, retry } from "./retry.js";
import { type Progress, sendTicket, type TicketToSend } from "./send-ticket.js";
import { sniffContentType } from "./sniff-content-type.js";
import type { Transport } from "./transport.js";

/** Options of an upload. */
export interface UploadOptions {
  /** The name of the file. Default: the file's own name, if it has one. */
  readonly fileName?: string;
  /** The content type. Default: the file's own type, or else what its first bytes or the extension of its name say. */
  readonly contentType?: string;
  /**
   * Called with the progress: step by step in a browser, elsewhere at the beginning and the end. It begins anew if the file
   * has to be sent again.
   */
  readonly onProgress?: (progress: Progress) => void;
  /** How long to try to get a ticket, then to send the file, and then to wait for the image to be ready, each. Default 120. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/** How long to try to say that an upload is there. */
const COMPLETION_SECONDS = 20;

interface Ticket extends TicketToSend {
  readonly imageId: string;
  /** The store tells of no upload: whoever has sent one says so. */
  readonly complete?: true;
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  tif: "image/tiff",
  tiff: "image/tiff",
  heic: "image/heic",
  heif: "image/heic",
};

/**
 * Uploads a file directly to the store, and resolves to its image once that is ready. Each step is tried again as long as it
 * can still succeed. Only the first ticket is ever sent: two would be two images.
 */
export async function upload(
  transport: Transport,
  file: Blob & { readonly name?: string },
  options: UploadOptions,
): Promise<ImageDescription> {
  const { signal, timeoutSeconds = 120 } = options;
  const patience = { timeoutSeconds, signal, timing: transport.timing };
  const fileName = options.fileName ?? file.name;
  const contentType =
    options.contentType || file.type || (await sniffContentType(file)) || guessContentType(fileName);
  const body = { contentType, bytes: file.size, fileName };
  const fields = ["imageId", "method", "url", "headers", "fields"];
  const ticket = await retry(
    () => transport.requestJson<Ticket>("/uploads", { method: "POST", body, fields, signal }),
    patience,
  );
  const unsent = await sendWithRetries(transport, ticket, { file, fileName, options, patience });
  if (ticket.complete) await completeUpload(transport, ticket.imageId, patience);
  return waitUntilReady(transport, ticket.imageId, { ...patience, unsent });
}

/** Without it the image appears when the ticket has expired: that it fails is no failure of the upload. */
async function completeUpload(transport: Transport, imageId: string, patience: Patience): Promise<void> {
  const path = `/uploads/${encodeURIComponent(imageId)}/complete`;
  const request = () =>
    transport.requestJson(path, { method: "POST", imageId, fields: ["imageId"], signal: patience.signal });
  const timeoutSeconds = Math.min(patience.timeoutSeconds, COMPLETION_SECONDS);
  await retry(request, { ...patience, timeoutSeconds }).catch(() => patience.signal?.throwIfAborted());
}

/**
 * Resolves to the last failure if the store never confirmed the upload but may have it. Throws what fails while it surely
 * has nothing.
 */
async function sendWithRetries(
  transport: Transport,
  ticket: Ticket,
  sending: {
    readonly file: Blob;
    readonly fileName: string | undefined;
    readonly options: UploadOptions;
    readonly patience: Patience;
  },
): Promise<ApiError | undefined> {
  const { file, fileName = "file", options, patience } = sending;
  const facts = { imageId: ticket.imageId };
  const fetch = (url: string, init: RequestInit) => transport.fetch(url, init, facts);
  const { onProgress, signal } = options;
  let mayHaveArrived = false;
  try {
    await retry(async () => {
      try {
        await sendTicket(ticket, file, fileName, { fetch, facts, onProgress, signal });
      } catch (error) {
        // Platforms tell of a file that is gone as of a server that is not reached.
        if (canPass(error) && !(await isReadable(file))) throw createUnreadableError(facts);
        mayHaveArrived ||= canPass(error);
        throw error;
      }
    }, patience);
    return undefined;
  } catch (error) {
    if (mayHaveArrived && error instanceof ApiError) return error;
    throw error;
  }
}

async function waitUntilReady(
  transport: Transport,
  imageId: string,
  { unsent, ...patience }: Patience & { readonly unsent: ApiError | undefined },
): Promise<ImageDescription> {
  const { timeoutSeconds, signal } = patience;
  const path = `/images/${encodeURIComponent(imageId)}`;
  const fields = ["imageId", "status"];
  const request = (times: LookTimes) =>
    transport.requestJson<ImageDescription>(path, { ...times, imageId, fields, signal });
  // Its time is over: one look tells whether it has arrived all the same. A refused one may be reported later.
  if (canPass(unsent)) {
    const { answer } = await poll(request, () => true, { ...patience, timeoutSeconds: 0 });
    if (!answer) throw unsent;
  }
  // The API answers 404 until the store has reported the upload.
  const isSettled = (image?: ImageDescription) => image?.status === "ready" || image?.status === "rejected";
  const { answer: image, failure } = await poll(request, isSettled, patience);
  if (image?.status === "ready") return image;
  if (image?.status === "rejected") throw new ApiError(image.failure.code, image.failure.message, { image });
  if (unsent && !image) throw unsent;
  const message = `the image was not ready after ${timeoutSeconds} seconds; it may still become so, ask for it again`;
  throw new ApiError("unavailable", message, {
    imageId,
    ...(image && { image }),
    ...(failure && { cause: failure }),
  });
}

async function isReadable(file: Blob): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}

function createUnreadableError(facts: ErrorFacts): ApiError {
  const message =
    "expected a file that can be read for the upload but received one that was moved, changed or locked since it was chosen; choose it again";
  return new ApiError("invalid-input", message, facts);
}

function guessContentType(fileName: string | undefined): string {
  const extension = fileName?.split(".").at(-1)?.toLowerCase() ?? "";
  return TYPES[extension] ?? "application/octet-stream";
}
