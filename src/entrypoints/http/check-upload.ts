import { checkContent } from "../../adapters/sharp/inspect/index.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";

/**
 * The format of an upload by its content, without decoding it, so that a function without a decoder can refuse it as
 * well. Throws `invalid-input` for nothing, `unsupported-format` for what is not an allowed image, `corrupt-image`
 * for one that cannot be whole and `too-large` for one that is built to exhaust a decoder.
 */
export function checkUpload(bytes: Uint8Array, { formats }: UploadPolicy): ImageFormat {
  if (bytes.length === 0)
    throw new SafelightError("invalid-input", "expected an image for the body but received nothing");
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

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);
