import { checkGifBlocks } from "../../adapters/sharp/inspect/gif-blocks.js";
import { checkJpegScans } from "../../adapters/sharp/inspect/jpeg-scans.js";
import { checkPngChunks } from "../../adapters/sharp/inspect/png-chunks.js";
import { sniff } from "../../adapters/sharp/inspect/sniff.js";
import { SafelightError } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";

/** The smallest picture of any format is longer. */
const MIN_BYTES = 24;

/**
 * The format of an upload by its content, without decoding it, so that a function without a decoder can refuse it as
 * well. Throws `invalid-input` for nothing, `unsupported-format` for what is not an allowed image, `corrupt-image`
 * for one that cannot be whole and `too-large` for one that is built to exhaust a decoder.
 */
export function checkUpload(bytes: Uint8Array, policy: UploadPolicy): ImageFormat {
  if (bytes.length === 0)
    throw new SafelightError("invalid-input", "expected an image for the body but received nothing");
  const sniffed = sniff(bytes);
  if (!("format" in sniffed) || !policy.formats.includes(sniffed.format)) {
    const received = "format" in sniffed ? sniffed.format : sniffed.refused;
    throw new SafelightError(
      "unsupported-format",
      `expected one of ${policy.formats.join(", ")} for the image, told by its content, but received ${received}`,
    );
  }
  const { format } = sniffed;
  if (bytes.length < MIN_BYTES) throw cut(`at least ${MIN_BYTES} bytes`, `${bytes.length}`);
  if (format === "jpeg") {
    checkJpegScans(bytes);
    // The decoder is strict about it as well.
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("\xff\xd9", 2, "latin1"))
      throw cut("a JPEG with its end", "one without; it may have been cut off on its way");
  }
  if (format === "png") checkPngChunks(bytes);
  if (format === "gif") checkGifBlocks(bytes);
  return format;
}

function cut(expected: string, received: string): SafelightError {
  return new SafelightError("corrupt-image", `expected ${expected} for the image but received ${received}`);
}
