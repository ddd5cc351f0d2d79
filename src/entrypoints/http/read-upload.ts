import { SafelightError } from "../../domain/model/errors.js";
import { parseDisposition } from "./content-disposition.js";
import type { HeldBytes } from "./held-bytes.js";
import { limitedBody, wholeBody } from "./limited-body.js";
import { FORM_OVERHEAD, readForm } from "./multipart.js";
import type { CompleteOptions } from "./options.js";

/** What somebody sent. */
export interface Uploaded {
  readonly bytes: Uint8Array;
  /** As the client wrote it. */
  readonly fileName?: string;
}

/** Reads an upload, a form with one `file` or the bytes themselves, and holds no more of it than the limits allow. */
export async function readUpload(
  request: Request,
  options: CompleteOptions,
  held: HeldBytes,
): Promise<Uploaded> {
  const { maxBytes } = options.pipeline.config.uploads;
  const { bodyLimit = Number.POSITIVE_INFINITY, bodyTimeout: seconds } = options;
  const tooLarge = () => tooLargeFor(maxBytes, bodyLimit);
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const limits = { maxBytes: Math.min(maxBytes, bodyLimit), tooLarge, seconds, held };
    return { bytes: await wholeBody(request, limits), fileName: fileNameIn(request) };
  }
  const limits = { maxBytes: Math.min(maxBytes + FORM_OVERHEAD, bodyLimit), tooLarge, seconds, held };
  return readForm(contentType, limitedBody(request, limits), { maxFileBytes: maxBytes, tooLarge });
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
