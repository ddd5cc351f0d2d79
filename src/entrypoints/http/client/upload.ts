import type { ImageDescription } from "../../../domain/model/image-record.js";
import { ApiError } from "./api-error.js";
import { poll } from "./poll.js";
import { type Progress, sendTicket, type TicketToSend } from "./send-ticket.js";
import type { Transport } from "./transport.js";

/** Options of an upload. */
export interface UploadOptions {
  /** The name of the file. Default: the file's own name, if it has one. */
  readonly fileName?: string;
  /** The content type. Default: the file's own type, or else that of its name's extension. */
  readonly contentType?: string;
  /** Called with the progress: step by step in a browser, elsewhere at the beginning and the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** How long to wait for the image to be ready once it is uploaded. Default 120. */
  readonly timeoutSeconds?: number;
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
  heic: "image/heic",
  heif: "image/heic",
};

/** Uploads a file directly to the store, and resolves to its image once that is ready. */
export async function upload(
  transport: Transport,
  file: Blob & { readonly name?: string },
  options: UploadOptions,
): Promise<ImageDescription> {
  const { signal, onProgress } = options;
  const fileName = options.fileName ?? file.name;
  const contentType = options.contentType || file.type || guessContentType(fileName);
  const body = { contentType, bytes: file.size, fileName };
  const ticket = await transport.requestJson<Ticket>("/uploads", { method: "POST", body, signal });
  const fetch = (url: string, init: RequestInit) => transport.fetch(url, init);
  await sendTicket(ticket, file, fileName ?? "file", { fetch, onProgress, signal });
  return waitUntilReady(transport, ticket.imageId, options);
}

async function waitUntilReady(
  transport: Transport,
  imageId: string,
  { timeoutSeconds = 120, signal }: UploadOptions,
): Promise<ImageDescription> {
  // The API answers 404 until the store has reported the upload.
  const requestImage = (waitSeconds: number) =>
    transport.requestJson<ImageDescription>(`/images/${imageId}`, { waitSeconds, signal });
  const isSettled = (image?: ImageDescription) => image?.status === "ready" || image?.status === "rejected";
  const image = await poll(requestImage, isSettled, { timeoutSeconds, signal });
  if (image?.status === "ready") return image;
  if (image?.status !== "rejected")
    throw new ApiError(
      "unavailable",
      `the image was not ready after ${timeoutSeconds} seconds; it may still become so, ask for it again`,
      { image },
    );
  throw new ApiError(image.failure.code, image.failure.message, { image });
}

function guessContentType(fileName: string | undefined): string {
  const extension = fileName?.split(".").at(-1)?.toLowerCase() ?? "";
  return TYPES[extension] ?? "application/octet-stream";
}
