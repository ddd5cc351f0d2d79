import type { ImageDescription } from "../../../domain/model/image-record.js";
import { ApiError } from "./api-error.js";
import { pause } from "./pause.js";
import { type Progress, sendTicket, type TicketToSend } from "./send-ticket.js";
import type { Transport } from "./transport.js";

/** What can be said about an upload. */
export interface UploadOptions {
  /** Default: the file's own name, if it has one. */
  readonly fileName?: string;
  /** Default: the file's own type, or what its name's extension means. */
  readonly contentType?: string;
  /** Told how far it is: in a browser as it goes, elsewhere at the beginning and the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Seconds to wait for the image to be ready once it is uploaded. Default 120. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

interface Ticket extends TicketToSend {
  readonly imageId: string;
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
};

/** Seconds that one request waits, below what gateways allow. */
const WAIT = 20;

/** Uploads a file directly to the store, and resolves to its image once that is ready. */
export async function upload(
  transport: Transport,
  file: Blob & { readonly name?: string },
  options: UploadOptions,
): Promise<ImageDescription> {
  const { signal, onProgress } = options;
  const fileName = options.fileName ?? file.name;
  const contentType = options.contentType || file.type || typeOf(fileName);
  const body = { contentType, bytes: file.size, ...(fileName !== undefined && { fileName }) };
  const ticket = await transport.ask<Ticket>("/uploads", { method: "POST", body, ...(signal && { signal }) });
  const fetch = (url: string, init: RequestInit) => transport.fetch(url, init);
  await sendTicket(ticket, file, fileName ?? "file", {
    fetch,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return untilReady(transport, ticket.imageId, options);
}

async function untilReady(
  transport: Transport,
  imageId: string,
  { timeout = 120, signal }: UploadOptions,
): Promise<ImageDescription> {
  const end = Date.now() + timeout * 1_000;
  for (let between = 100; ; between = Math.min(between * 2, 2_000)) {
    const left = end - Date.now();
    const wait = Math.max(0, Math.min(WAIT, Math.floor(left / 1_000)));
    const image = await look(transport, imageId, wait, signal);
    if (image?.status === "ready") return image;
    if (image?.status === "rejected") {
      throw new ApiError(image.failure.code, image.failure.message, { image });
    }
    if (left <= 0) {
      throw new ApiError(
        "unavailable",
        `expected the image to be ready within ${timeout} seconds but it is not; it may still become so`,
        image ? { image } : {},
      );
    }
    await pause(Math.min(between, Math.max(left, 0)), signal);
  }
}

/** The image, or `undefined` while the store's news of it has not arrived. */
async function look(transport: Transport, imageId: string, wait: number, signal?: AbortSignal) {
  try {
    return await transport.ask<ImageDescription>(`/images/${imageId}`, { wait, ...(signal && { signal }) });
  } catch (error) {
    if (error instanceof ApiError && error.code === "not-found") return undefined;
    throw error;
  }
}

function typeOf(fileName: string | undefined): string {
  const extension = fileName?.split(".").at(-1)?.toLowerCase() ?? "";
  return TYPES[extension] ?? "application/octet-stream";
}
