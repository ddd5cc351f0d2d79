/** A format that Safelight can decode, encode, or both. */
export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff" | "heic";

/** A format that a rendition can have. */
export type OutputFormat = "jpeg" | "png" | "webp" | "gif" | "avif";

/** The properties of a format. */
export interface FormatFacts {
  readonly contentType: string;
  /** The other content types that clients send such files with. */
  readonly otherContentTypes?: readonly string[];
  readonly extension: string;
  /** Longest side that the format's encoder accepts, in pixels. */
  readonly maxSide: number;
  readonly animated: boolean;
  readonly alpha: boolean;
}

/** WebP: 14 bits a side (RFC 9649). JPEG: 65,535 by libjpeg, GIF by its 16-bit header. AVIF and HEIC: libheif's limit, 16,384. */
const FACTS: Readonly<Record<ImageFormat, FormatFacts>> = {
  jpeg: {
    contentType: "image/jpeg",
    otherContentTypes: ["image/jpg", "image/pjpeg"],
    extension: "jpg",
    maxSide: 65_500,
    animated: false,
    alpha: false,
  },
  png: { contentType: "image/png", extension: "png", maxSide: 1_000_000, animated: false, alpha: true },
  webp: { contentType: "image/webp", extension: "webp", maxSide: 16_383, animated: true, alpha: true },
  gif: { contentType: "image/gif", extension: "gif", maxSide: 65_535, animated: true, alpha: true },
  avif: { contentType: "image/avif", extension: "avif", maxSide: 16_384, animated: false, alpha: true },
  tiff: { contentType: "image/tiff", extension: "tiff", maxSide: 1_000_000, animated: false, alpha: true },
  heic: {
    contentType: "image/heic",
    otherContentTypes: ["image/heif"],
    extension: "heic",
    maxSide: 16_384,
    animated: false,
    alpha: true,
  },
};

/** All formats that can be allowed in. */
export const IMAGE_FORMATS = Object.keys(FACTS) as readonly ImageFormat[];

/** All formats that a rendition can have. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ["jpeg", "png", "webp", "gif", "avif"];

/** Content type, file extension and abilities of a format. */
export function getFormatFacts(format: ImageFormat): FormatFacts {
  return FACTS[format];
}
