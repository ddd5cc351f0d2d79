import type { Context } from "hono";
import { checkContent } from "../../adapters/sharp/inspect/index.js";
import { quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { getFormatFacts, type ImageFormat } from "../../domain/model/image-format.js";
import { readStoredOwner, toOwnerMetadata } from "../../domain/model/owner.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";
import type { Ids } from "../../ports/ids.js";
import { type ApiEnv, checkCallerName } from "./app.js";
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

/** The beginning of the keys of uploads, which a watermark policy may name. */
const PREFIX = "uploads/";

/** Creates a key that nobody can guess. */
export function createKey(ids: Ids, format: ImageFormat, prefix = PREFIX): string {
  return `${prefix}${ids()}.${getFormatFacts(format).extension}`;
}

/** Whose an upload is stored as, and the beginning of its key. */
export interface Uploader {
  readonly owner?: string;
  readonly prefix?: string;
}

/**
 * Finds the owner of an upload: the caller, never a value from the request. Where the key says whose an image is, that of
 * a bound caller begins with their name. Throws `forbidden` for a caller whose name no record can hold, and for one
 * who is bound where the upload would not be stored as theirs: they would never see it again.
 */
export function resolveUploader(c: Context<ApiEnv>, { pipeline }: CompleteOptions): Uploader {
  const { uploads } = pipeline.config;
  const [caller, boundTo] = [c.get("owner"), c.get("boundTo")];
  const owner = caller === undefined || uploads.owner !== "caller" ? undefined : checkCallerName(caller);
  if (boundTo === undefined) return { owner };
  const prefix = uploads.owner === "key" ? `${boundTo}/` : PREFIX;
  const stored = readStoredOwner({ key: prefix, metadata: toOwnerMetadata(owner) }, uploads);
  if (stored === boundTo) return { owner, prefix };
  const reason =
    uploads.owner === "none"
      ? "the configuration says uploads.owner: none"
      : "the first segment of a key cannot be that name";
  throw new SafelightError(
    "forbidden",
    `expected uploads that can be stored as ${quote(boundTo)}'s, whom the caller is bound to, but ${reason}`,
  );
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
