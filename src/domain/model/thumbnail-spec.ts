import type { OutputFormat } from "./image-format.js";

/**
 * How a picture meets the asked width and height: `cover` fills both and crops what is over, `contain` fits inside
 * and pads with the background, `fill` stretches, `inside` fits within both, `outside` is at least both.
 */
export type Fit = "cover" | "contain" | "fill" | "inside" | "outside";

/** The fits, for validation and for generators. */
export const FITS: readonly Fit[] = ["cover", "contain", "fill", "inside", "outside"];

/** A side or corner of a picture. */
export type Gravity =
  | "centre"
  | "north"
  | "northeast"
  | "east"
  | "southeast"
  | "south"
  | "southwest"
  | "west"
  | "northwest";

/** The gravities, for validation and for generators. */
export const GRAVITIES: readonly Gravity[] = [
  "centre",
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
];

/** The point that a crop keeps in view, as shares of the upright width and height, each from 0 to 1. */
export interface FocalPoint {
  readonly x: number;
  readonly y: number;
}

/** What a crop keeps: a side, what the eye is drawn to, what has the most detail, or a given point. */
export type Position = Gravity | "attention" | "entropy" | FocalPoint;

/**
 * Which colours the numbers of a rendition's pixels mean: `srgb` converts to what every viewer assumes, `keep` leaves
 * the original's numbers and its profile. CMYK, greys and whatever becomes a GIF are sRGB either way.
 */
export type ColourProfile = "srgb" | "keep";

/** The profiles, for validation and for generators. */
export const COLOUR_PROFILES: readonly ColourProfile[] = ["srgb", "keep"];

/** How much time an encoder may spend to make a file smaller. */
export type Effort = "fast" | "balanced" | "small";

/** What one rendition should be. Sizes are pixels of the upright picture. */
export interface ThumbnailSpec {
  readonly width?: number;
  readonly height?: number;
  readonly fit: Fit;
  readonly position: Position;
  /** `original` keeps the format of the original, or PNG where that cannot be written. */
  readonly format: OutputFormat | "original";
  /** 1 to 100; absent: the encoder's measured default. PNG and GIF are lossless here and ignore it. */
  readonly quality?: number;
  readonly effort: Effort;
  /** Whether a rendition may be larger than the original. */
  readonly upscale: boolean;
  /** `#rrggbb` or `#rrggbbaa`: what padding is filled with, and what transparency is flattened on. */
  readonly background: string;
  /** Whether a moving original stays moving where the output format can. */
  readonly animated: boolean;
  readonly profile: ColourProfile;
  /** `undefined`: as the watermark policy says. */
  readonly watermark?: boolean;
}

/** A rendition that is the original's bytes, unchanged, private metadata included. */
export interface CopySpec {
  readonly copy: true;
}

/** Specs by name; the name becomes the rendition's file name. */
export type ThumbnailSpecs = Readonly<Record<string, ThumbnailSpec | CopySpec>>;

/** What a spec is when only some of it is said. */
export const SPEC_DEFAULTS: Omit<ThumbnailSpec, "width" | "height" | "quality" | "watermark"> = {
  fit: "cover",
  position: "centre",
  format: "original",
  effort: "balanced",
  upscale: false,
  background: "#ffffff",
  animated: true,
  profile: "srgb",
};

/** Completes a spec: `fit` is `cover` when both sides are given and `inside` otherwise. */
export function thumbnailSpec(
  partial: Partial<ThumbnailSpec> & ({ width: number } | { height: number }),
): ThumbnailSpec {
  const both = partial.width !== undefined && partial.height !== undefined;
  return { ...SPEC_DEFAULTS, fit: both ? "cover" : "inside", ...partial };
}
