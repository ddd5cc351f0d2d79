import type { Check } from "./checks.js";
import * as is from "./checks.js";
import { color } from "./color.js";
import { OUTPUT_FORMATS, type OutputFormat } from "./image-format.js";

/**
 * How a picture meets the requested width and height: `cover` fills both and crops what is over, `contain` fits inside
 * and pads with the background, `fill` stretches, `inside` fits within both, `outside` is at least both.
 */
export type Fit = (typeof FITS)[number];

/** The fits, for validation and for generators. */
export const FITS = ["cover", "contain", "fill", "inside", "outside"] as const;

/** A side or corner of a picture. */
export type Gravity = (typeof GRAVITIES)[number];

/** The gravities, for validation and for generators. */
export const GRAVITIES = [
  "center",
  "north",
  "northeast",
  "east",
  "southeast",
  "south",
  "southwest",
  "west",
  "northwest",
] as const;

/** The point that a crop keeps in view, as shares of the upright width and height, each from 0 to 1. */
export interface FocalPoint {
  readonly x: number;
  readonly y: number;
}

/** The part that a crop keeps: a side, what draws the eye (`attention`), the most detail (`entropy`), or a given point. */
export type Position = Gravity | "attention" | "entropy" | FocalPoint;

/**
 * Which colors the numbers of a rendition's pixels mean: `srgb` converts to what every viewer assumes, `keep` leaves
 * the original's numbers and its profile. CMYK, grays and everything that becomes a GIF are sRGB either way.
 */
export type ColorProfile = "srgb" | "keep";

/** The profiles, for validation and for generators. */
export const COLOR_PROFILES: readonly ColorProfile[] = ["srgb", "keep"];

/** How much time an encoder may spend to make a file smaller. */
export type Effort = "fast" | "balanced" | "small";

/** The efforts, for validation and for generators. */
export const EFFORTS: readonly Effort[] = ["fast", "balanced", "small"];

/** The format of a file. `original` keeps that of the original, or is PNG where that cannot be written. */
export type FormatChoice = OutputFormat | "original";

/** The description of one rendition. Sizes are pixels of the upright picture. */
export interface ThumbnailSpec {
  readonly width?: number;
  readonly height?: number;
  readonly fit: Fit;
  readonly position: Position;
  /** Several are all written, one file each; they stand in the order in which to prefer them, the best first. */
  readonly format: FormatChoice | readonly FormatChoice[];
  /** 1 to 100; absent: the encoder's measured default. PNG and GIF are lossless here and ignore it. */
  readonly quality?: number;
  readonly effort: Effort;
  /** Whether a rendition may be larger than the original. */
  readonly upscale: boolean;
  /** `#rrggbb` or `#rrggbbaa`: what padding is filled with, and what transparency is flattened on. */
  readonly background: string;
  /** Whether an animated original stays animated, if the output format can be. */
  readonly animated: boolean;
  readonly profile: ColorProfile;
  /** `undefined`: as the watermark policy says. */
  readonly watermark?: boolean;
}

/** A rendition that is the original's bytes, unchanged, private metadata included. */
export interface CopySpec {
  readonly copy: true;
}

/** Specs by name; the name becomes the rendition's file name. */
export type ThumbnailSpecs = Readonly<Record<string, ThumbnailSpec | CopySpec>>;

/** The defaults of a spec; `fit` is `inside` unless both sides are given. */
export const SPEC_DEFAULTS = {
  fit: "cover",
  position: "center",
  format: "original",
  effort: "balanced",
  upscale: false,
  background: "#ffffff",
  animated: true,
  profile: "srgb",
} as const satisfies Partial<ThumbnailSpec>;

/** The least and the most of a spec's numbers. A side is at most what a JPEG can hold; the plan checks each format's own limit. */
export const SPEC_LIMITS = { side: [1, 65_500], quality: [1, 100] } as const;

/** The allowed names of a spec: the name becomes a file name and a segment of URLs. */
export const SPEC_NAME = /^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/;

/** A gravity as people write it: `centre` is accepted for `center`, and becomes it. */
export type GravityInput = Gravity | "centre";

/** A spec as people write it: a width, a height or both, and what is not as in `SPEC_DEFAULTS`. */
export type ThumbnailSpecInput = Partial<Omit<ThumbnailSpec, "position">> & {
  readonly position?: Position | "centre";
} & ({ readonly width: number } | { readonly height: number });

/**
 * Completes a spec: `fit` is `cover` when both sides are given and `inside` otherwise. Throws `invalid-input`, naming
 * every wrong key.
 */
export function thumbnailSpec(written: ThumbnailSpecInput): ThumbnailSpec {
  return is.runCheck("the spec", picture, written);
}

/** Reads a gravity. */
export const checkGravity: Check<Gravity> = (value, context) =>
  is.checkChoice(GRAVITIES)(value === "centre" ? "center" : value, context);

const POSITION_WORDS = [...GRAVITIES, "attention", "entropy"] as const;

/** Reads a focal point. */
export const point: Check<FocalPoint> = is.checkSection<FocalPoint>(
  { x: is.checkRange([0, 1]), y: is.checkRange([0, 1]) },
  ({ x, y }, context) => {
    if (x === undefined) context.descend("x").refuse("a number from 0 to 1", x);
    if (y === undefined) context.descend("y").refuse("a number from 0 to 1", y);
    return {};
  },
);

const checkPosition: Check<Position> = (value, context) => {
  if (value === "centre") return "center";
  if (is.listEntries(value) !== undefined) return point(value, context);
  const expected = `one of ${POSITION_WORDS.join(", ")} or a point { "x", "y" }`;
  return is.checkValue<Position>(expected, (word) => POSITION_WORDS.some((one) => one === word))(
    value,
    context,
  );
};

const copy = is.checkSection<CopySpec>(
  { copy: is.checkValue("true, or no such key", (value) => value === true) },
  () => ({}),
);

const checkFormat = is.checkChoice<FormatChoice>([...OUTPUT_FORMATS, "original"]);
const checkFormats = is.checkList(checkFormat, 1);

const checkFormatChoices: Check<ThumbnailSpec["format"]> = (value, context) => {
  if (!Array.isArray(value)) return checkFormat(value, context);
  const twice = value.findIndex((one, index) => value.indexOf(one) < index);
  if (twice >= 0) context.descend(twice).refuse("a format that is not listed before", value[twice]);
  return checkFormats(value, context);
};

const picture = is.checkSection<ThumbnailSpec>(
  {
    width: is.checkInteger(SPEC_LIMITS.side),
    height: is.checkInteger(SPEC_LIMITS.side),
    fit: is.checkChoice(FITS),
    position: checkPosition,
    format: checkFormatChoices,
    quality: is.checkInteger(SPEC_LIMITS.quality),
    effort: is.checkChoice(EFFORTS),
    upscale: is.yesOrNo,
    background: color,
    animated: is.yesOrNo,
    profile: is.checkChoice(COLOR_PROFILES),
    watermark: is.yesOrNo,
  },
  (written, context) => {
    const { width, height } = written;
    if (width === undefined && height === undefined) context.refuse("a width, a height or both", written);
    return { ...SPEC_DEFAULTS, ...((width === undefined || height === undefined) && { fit: "inside" }) };
  },
);

const checkSpec: Check<ThumbnailSpec | CopySpec> = (value, context) =>
  typeof value === "object" && value !== null && "copy" in value && value.copy !== undefined
    ? copy(value, context)
    : picture(value, context);

/** Reads specs by name. */
export const thumbnailSpecs: Check<ThumbnailSpecs> = (value, context) => {
  const written = is.listEntries(value);
  if (written === undefined) return context.refuse("an object of specs by name", value);
  const seen = new Map<string, string>();
  const specs = written.map(([key, one]) => {
    const name = is.checkText("a name of 1 to 64 letters, digits, - and _", SPEC_NAME)(
      key,
      context.descend(key),
    );
    // The name is a file name: on a disk that ignores case, the later rendition would replace the earlier one.
    const other = seen.get(String(key).toLowerCase());
    if (other !== undefined)
      context.descend(key).refuse(`a name that differs from ${other} by more than case`, key);
    seen.set(String(key).toLowerCase(), String(key));
    return [name, checkSpec(one, context.descend(key))] as const;
  });
  return Object.freeze(Object.fromEntries(specs));
};
