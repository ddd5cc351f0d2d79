import { checkContent } from "../../adapters/sharp/inspect/index.js";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { formatFacts, type ImageFormat } from "../../domain/model/image-format.js";
import { ownerName } from "../../domain/model/owner.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";
import type { Ids } from "../../ports/ids.js";
import { parseDisposition } from "./content-disposition.js";
import { type HeldBytes, limitedBody, wholeBody } from "./limited-body.js";
import { FORM_OVERHEAD, type FormWithFile, readForm } from "./multipart.js";
import type { CompleteOptions } from "./options.js";

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/**
 * Reads an upload, a form with one `file` or the bytes themselves, and holds no more of it than the limits allow. The
 * file name is as the client wrote it.
 */
export async function readUpload(
  request: Request,
  options: CompleteOptions,
  held: HeldBytes,
): Promise<Pick<FormWithFile, "bytes" | "fileName">> {
  const { maxBytes } = options.pipeline.config.uploads;
  const { bodyLimit = Number.POSITIVE_INFINITY, bodyTimeout: seconds } = options;
  const tooLarge = () => tooLargeFor(maxBytes, bodyLimit);
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const limits = { maxBytes: Math.min(maxBytes, bodyLimit), tooLarge, seconds, held };
    return { bytes: await wholeBody(request, limits), fileName: fileNameIn(request) };
  }
  const limits = { maxBytes: Math.min(maxBytes + FORM_OVERHEAD, bodyLimit), tooLarge, seconds, held };
  return readForm(contentType, limitedBody(request, limits), () => ({ maxFileBytes: maxBytes, tooLarge }));
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

/** A key that nobody chose and nobody can guess. Its prefix is that of all keys made here: a watermark policy may name it. */
export function newKey(ids: Ids, format: ImageFormat): string {
  return `uploads/${ids()}.${formatFacts(format).extension}`;
}

/**
 * Whose an upload is: never what its request says, only who the caller is. Throws `forbidden` for a caller whom no record
 * can name, whose image would be nobody's.
 */
export function ownerOf(caller: string | undefined, { pipeline }: CompleteOptions): string | undefined {
  if (caller === undefined || pipeline.config.uploads.owner !== "caller") return undefined;
  try {
    return ownerName(caller);
  } catch (error) {
    throw new SafelightError("forbidden", error instanceof Error ? error.message : String(error));
  }
}

/** Says which limit it was, and what can be done about it. */
function tooLargeFor(maxBytes: number, bodyLimit: number): SafelightError {
  const sentence =
    bodyLimit < maxBytes
      ? `expected at most ${bodyLimit} bytes for the body but received more; for an image of up to ${maxBytes} bytes ask POST /uploads for a ticket and upload it directly`
      : `expected at most ${maxBytes} bytes for the image but received more`;
  return new SafelightError("too-large", sentence);
}

/** A raw body is named by `Content-Disposition: attachment; filename="..."`, if at all. */
function fileNameIn(request: Request): string | undefined {
  return parseDisposition(utf8In(request.headers.get("content-disposition") ?? ""))?.fileName;
}

/** A header comes as one character a byte; many clients write UTF-8 into it. */
function utf8In(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}
