import { checkContent } from "../../adapters/sharp/inspect/index.js";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { getFormatFacts, type ImageFormat } from "../../domain/model/image-format.js";
import { checkOwnerName } from "../../domain/model/owner.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";
import type { Ids } from "../../ports/ids.js";
import { parseDisposition } from "./content-disposition.js";
import { FORM_OVERHEAD, type FormWithFile, readForm } from "./multipart.js";
import type { CompleteOptions } from "./options.js";
import { readBody, readChunks } from "./request-body.js";
import type { MemoryReservation } from "./upload-memory.js";

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/**
 * Reads an upload (a form with one `file`, or the bytes themselves) within its limits. The file name is as the client
 * wrote it.
 */
export async function readUpload(
  request: Request,
  options: CompleteOptions,
  reservation: MemoryReservation,
): Promise<Pick<FormWithFile, "bytes" | "fileName">> {
  const { maxBytes } = options.pipeline.config.uploads;
  const { maxBodyBytes = Number.POSITIVE_INFINITY, bodyTimeoutSeconds: seconds } = options;
  const createError = () => createTooLargeError(maxBytes, maxBodyBytes);
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const limits = { maxBytes: Math.min(maxBytes, maxBodyBytes), createError, seconds, reservation };
    return { bytes: await readBody(request, limits), fileName: readFileName(request) };
  }
  const limits = {
    maxBytes: Math.min(maxBytes + FORM_OVERHEAD, maxBodyBytes),
    createError,
    seconds,
    reservation,
  };
  return readForm(contentType, readChunks(request, limits), () => ({ maxFileBytes: maxBytes, createError }));
}

/**
 * The format of an upload by its content, without decoding it, so that a function without a decoder can refuse it as
 * well. Throws `invalid-input` for nothing, `unsupported-format` for what is not an allowed image, `corrupt-image`
 * for one that cannot be whole and `too-large` for one that is built to exhaust a decoder.
 */
export function checkUpload(bytes: Uint8Array, { formats }: UploadPolicy): ImageFormat {
  if (bytes.length === 0) throw refusalInWords("invalid-input", "an image", "the body", "nothing");
  const format = checkContent(bytes, formats);
  // The decoder is strict about it as well.
  if (
    format === "jpeg" &&
    !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(END_OF_JPEG, 2)
  )
    throw new SafelightError(
      "corrupt-image",
      "expected a JPEG with its end for the original but received one without; it may have been cut off on its way",
    );
  return format;
}

/** Creates a key that nobody can guess. All of them begin with `uploads/`, which a watermark policy may name. */
export function createKey(ids: Ids, format: ImageFormat): string {
  return `uploads/${ids()}.${getFormatFacts(format).extension}`;
}

/**
 * Finds the owner of an upload: the caller, never a value from the request. Throws `forbidden` for a caller whose name no
 * record can hold.
 */
export function resolveOwner(caller: string | undefined, { pipeline }: CompleteOptions): string | undefined {
  if (caller === undefined || pipeline.config.uploads.owner !== "caller") return undefined;
  try {
    return checkOwnerName(caller);
  } catch (error) {
    throw new SafelightError("forbidden", error instanceof Error ? error.message : String(error));
  }
}

/** Names the limit, and how to upload the image all the same. */
function createTooLargeError(maxBytes: number, maxBodyBytes: number): SafelightError {
  const sentence =
    maxBodyBytes < maxBytes
      ? `expected at most ${maxBodyBytes} bytes for the body but received more; for an image of up to ${maxBytes} bytes, get a ticket from POST /uploads and upload it directly`
      : `expected at most ${maxBytes} bytes for the image but received more`;
  return new SafelightError("too-large", sentence);
}

/** A raw body is named by `Content-Disposition: attachment; filename="..."`, if at all. */
function readFileName(request: Request): string | undefined {
  return parseDisposition(decodeUtf8Header(request.headers.get("content-disposition") ?? ""))?.fileName;
}

/** Headers arrive as one character per byte; many clients write UTF-8 into them. */
function decodeUtf8Header(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}
