import type { ImageDescription } from "../../../domain/model/image-record.js";
import { ApiError } from "./api-error.js";
import { type Progress, sendTicket, type TicketToSend } from "./send-ticket.js";
import type { Transport } from "./transport.js";
import { until } from "./until.js";

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

/** Uploads a file directly to the store, and resolves to its image once that is ready. */
export async function upload(
  transport: Transport,
  file: Blob & { readonly name?: string },
  options: UploadOptions,
): Promise<ImageDescription> {
  const { signal, onProgress } = options;
  const fileName = options.fileName ?? file.name;
  const contentType = options.contentType || file.type || typeOf(fileName);
  const body = { contentType, bytes: file.size, fileName };
  const ticket = await transport.ask<Ticket>("/uploads", { method: "POST", body, signal });
  const fetch = (url: string, init: RequestInit) => transport.fetch(url, init);
  await sendTicket(ticket, file, fileName ?? "file", { fetch, onProgress, signal });
  return untilReady(transport, ticket.imageId, options);
}

async function untilReady(
  transport: Transport,
  imageId: string,
  { timeout = 120, signal }: UploadOptions,
): Promise<ImageDescription> {
  // There is none while the store's news of it has not arrived.
  const ask = (wait: number) => transport.ask<ImageDescription>(`/images/${imageId}`, { wait, signal });
  const isSettled = (image?: ImageDescription) => image?.status === "ready" || image?.status === "rejected";
  const image = await until(ask, isSettled, { timeout, signal });
  if (image?.status === "ready") return image;
  if (image?.status !== "rejected")
    throw new ApiError(
      "unavailable",
      `expected the image to be ready within ${timeout} seconds but it is not; it may still become so`,
      { image },
    );
  throw new ApiError(image.failure.code, image.failure.message, { image });
}

function typeOf(fileName: string | undefined): string {
  const extension = fileName?.split(".").at(-1)?.toLowerCase() ?? "";
  return TYPES[extension] ?? "application/octet-stream";
}
