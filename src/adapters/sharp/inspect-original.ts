import sharp, { type Metadata } from "sharp";
import { refusal, refusalInWords } from "../../domain/model/errors.js";
import type { ImageFormat } from "../../domain/model/image-format.js";
import type { SourceFacts } from "../../domain/model/image-metadata.js";
import { checkUploadBytes, checkUploadPolicy, type UploadPolicy } from "../../domain/model/upload-policy.js";
import { checkContent, checkLength } from "./inspect/check-content.js";
import { factsOf } from "./inspect/facts.js";
import { translate } from "./translate.js";

/** Bands of measurements, not of colours: libvips finds no way from these to sRGB. */
const COLOURLESS: ReadonlySet<string> = new Set(["multiband", "histogram", "matrix", "fourier", "error"]);

/** Learns what the header says, cheapest question first, and refuses what is over a limit before a pixel is decoded. */
export async function inspect(
  bytes: Uint8Array,
  policy: UploadPolicy,
  signal?: AbortSignal,
): Promise<SourceFacts> {
  signal?.throwIfAborted();
  checkUploadBytes(bytes.length, policy);
  checkLength(bytes);
  const format = checkContent(bytes, policy.formats);
  const header = await readHeader(bytes, format, policy);
  signal?.throwIfAborted();
  const facts = factsOf(header, format, bytes);
  checkUploadPolicy(facts, policy);
  return facts;
}

async function readHeader(bytes: Uint8Array, format: ImageFormat, policy: UploadPolicy): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await sharp(bytes, {
      failOn: "warning",
      limitInputPixels: policy.maxPixels,
      unlimited: false,
    }).metadata();
  } catch (error) {
    throw translate(error);
  }
  // The sniffing and the decoder must be of one mind, or the checks by format were the wrong ones.
  const decoded = header.format === "heif" && header.compression === "av1" ? "avif" : header.format;
  if (decoded !== format)
    throw refusal("unsupported-format", `${format} by its first bytes`, "the original", decoded);
  if (COLOURLESS.has(header.space))
    throw refusalInWords("unsupported-format", "colours", "the original", `${header.space} ${format}`);
  return header;
}
