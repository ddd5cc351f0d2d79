import { refusalInWords } from "../../../domain/model/errors.js";
import { findBox, readBoxes } from "../heif/iso-boxes.js";

/**
 * Throws `unsupported-format` for an AVIF or a HEIC whose colors are multiplied by their opacity (ISO/IEC 23008-12, 6.10.1.2,
 * `prem`): no decoder here divides them again, and they would be too dark.
 */
export function checkHeifLayout(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = findBox(readBoxes(view, 0, view.byteLength), "meta");
  const references = meta && findBox(readBoxes(view, meta.content + 4, meta.end), "iref");
  if (!references || !findBox(readBoxes(view, references.content + 4, references.end), "prem")) return;
  const expected = "colors apart from their opacity";
  throw refusalInWords("unsupported-format", expected, "the original", "premultiplied ones");
}
