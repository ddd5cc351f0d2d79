import type { ImageFormat } from "./image-format.js";
import type { Orientation } from "./size.js";

/** EXIF facts of a picture. Text is trimmed and without control characters; anything unreadable is left out. */
export interface ExifFacts {
  readonly make?: string;
  readonly model?: string;
  readonly lens?: string;
  /**
   * Local time of the camera, ISO 8601, with an offset only where the camera recorded one; the date alone where that is
   * all it recorded.
   */
  readonly takenAt?: string;
  /** Exposure time in seconds. */
  readonly exposureTime?: number;
  readonly fNumber?: number;
  readonly iso?: number;
  /** Focal length in millimetres. */
  readonly focalLength?: number;
  readonly artist?: string;
  readonly copyright?: string;
  /** Degrees, WGS 84, north and east positive; meters above sea level. Only when the configuration asks for it. */
  readonly position?: { readonly latitude: number; readonly longitude: number; readonly altitude?: number };
}

/** Whose a picture is, and under which terms: from EXIF, XMP or IPTC. Text is as in {@link ExifFacts}. */
export interface Rights {
  /** The people or the company that made it; several are separated by `"; "`. */
  readonly creator?: string;
  readonly copyright?: string;
  /** The line that is to be printed beside the picture. */
  readonly credit?: string;
  readonly usageTerms?: string;
}

/** Facts that an engine reads from an original without decoding its pixels. */
export interface SourceFacts {
  readonly format: ImageFormat;
  /** Size of one stored frame in pixels, before orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly bytes: number;
  /** Frames of an animation; 1 for a still picture. */
  readonly frames: number;
  readonly hasAlpha: boolean;
  /** As libvips names it: `srgb`, `b-w`, `cmyk`, `rgb16` ... */
  readonly colorSpace: string;
  /** Estimated bytes of memory that decoding takes. */
  readonly decodeCost: number;
  /** Oddities of the file that harm none of its pixels, in words; absent if there are none. */
  readonly warnings?: readonly string[];
  readonly exif?: ExifFacts;
  readonly rights?: Rights;
}

/** A picture in a few bytes, to be shown until the real one has loaded. */
export interface Placeholder {
  /** ThumbHash, base64. */
  readonly thumbhash: string;
  /** `#rrggbb`. */
  readonly dominantColor: string;
}
