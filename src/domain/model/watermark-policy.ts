import { type Asset, type AssetInput, asset } from "./asset.js";
import type { Check, CheckContext, Written } from "./checks.js";
import * as is from "./checks.js";
import { color } from "./color.js";
import { checkGravity, type Gravity, type GravityInput, type ThumbnailSpec } from "./thumbnail-spec.js";

/** The graphic that is drawn: text in a font, or an image. */
export type Watermark = TextWatermark | ImageWatermark;

/** Words. They are outlined, so that they can be read on light and on dark. */
export interface TextWatermark {
  readonly kind: "text";
  readonly text: string;
  /** `#rrggbb` or `#rrggbbaa`. */
  readonly color: string;
  /** A TrueType or OpenType file; absent: the engine's own font. */
  readonly font?: Asset;
}

/** A picture of any format that the engine reads; its transparency is kept. */
export interface ImageWatermark {
  readonly kind: "image";
  readonly image: Asset;
}

/** When and how a rendition is watermarked: words or an image, at one place or again and again. */
export type WatermarkPolicy = WatermarkRules &
  (Omit<TextWatermark, "kind"> | Omit<ImageWatermark, "kind">) &
  ({ readonly tile: false; readonly gravity: Gravity } | { readonly tile: true });

/** The rules that both kinds of watermark share. */
export interface WatermarkRules {
  /** 0 to 1. */
  readonly opacity: number;
  /** Width of the watermark as a share of the rendition's width. */
  readonly scale: number;
  /** Pixels between the watermark and the edges. */
  readonly margin: number;
  /** Renditions narrower than this many pixels get no watermark. */
  readonly minWidth: number;
  /** Names of the specs that get the watermark. Default: all. */
  readonly specs?: readonly string[];
  /** Prefixes of the keys that get the watermark. Default: all keys. */
  readonly prefixes?: readonly string[];
}

/** A policy as people write it. `File` is what stands for a file: bytes in code, a path in a configuration file. */
export interface WatermarkInput<File = AssetInput> extends Partial<WatermarkRules> {
  /** Words; or else an `image`. */
  readonly text?: string;
  /** Of the words. Default: the engine's own font. */
  readonly font?: File;
  /** Of the words: `#rrggbb`, `#rrggbbaa`, `white`, `black` or `transparent`. Default white. */
  readonly color?: string;
  /** A picture; or else a `text`. */
  readonly image?: File;
  /** Where in the rendition. Default `southeast`. */
  readonly gravity?: GravityInput;
  /** Again and again all over the rendition, instead of a gravity. Default false. */
  readonly tile?: boolean;
}

/** The defaults of a policy. `color` is for text, `gravity` for what is not tiled. */
export const WATERMARK_DEFAULTS = {
  color: "#ffffff",
  gravity: "southeast",
  tile: false,
  opacity: 0.6,
  scale: 0.25,
  margin: 16,
  minWidth: 200,
} as const;

/** The least and the most of a policy's numbers. */
export const WATERMARK_LIMITS = {
  opacity: [0, 1],
  scale: [0.01, 1],
  margin: [0, 10_000],
  minWidth: [0, 65_500],
} as const;

/** The text of a watermark: 1 to 1,024 characters, one of which can be seen. */
export const WATERMARK_TEXT = /^(?=[\s\S]*[^\s\p{Cc}\p{Cf}])[\s\S]{1,1024}$/u;

/** The prefixes of keys: as keys are well-formed, no half of a surrogate pair. */
export const KEY_BEGINNING = /^\P{Cs}{1,1024}$/u;

/** Completes a policy by `WATERMARK_DEFAULTS`. Throws `invalid-input`, naming every wrong key. */
export function watermarkPolicy(written: WatermarkInput): WatermarkPolicy {
  return is.runCheck("the watermark policy", createWatermarkCheck(asset), written);
}

/** Reads a policy in which `file` reads what stands for a file. */
export function createWatermarkCheck(file: Check<Asset>): Check<WatermarkPolicy> {
  const fields = {
    text: is.checkText("a text of 1 to 1024 characters, not all of them blank", WATERMARK_TEXT),
    font: file,
    color,
    image: file,
    gravity: checkGravity,
    tile: is.yesOrNo,
    opacity: is.checkRange(WATERMARK_LIMITS.opacity),
    scale: is.checkRange(WATERMARK_LIMITS.scale),
    margin: is.checkInteger(WATERMARK_LIMITS.margin),
    minWidth: is.checkInteger(WATERMARK_LIMITS.minWidth),
    specs: is.checkList(is.checkText("the name of a spec", /^[\s\S]{1,1024}$/u)),
    prefixes: is.checkList(is.checkText("the beginning of a key", KEY_BEGINNING)),
  };
  // Which keys go together is what `completed` decides: a type cannot follow it.
  return is.checkSection<WatermarkInput<Asset>>(fields, completeWatermark) as Check<WatermarkPolicy>;
}

function completeWatermark(written: Written, context: CheckContext): Partial<WatermarkInput<Asset>> {
  const has = (key: string) => written[key] !== undefined;
  const refuseBoth = (key: string, other: string) => {
    if (has(key) && has(other)) context.descend(key).refuse(`no ${key} beside ${other}`, written[key]);
  };
  if (!has("text") && !has("image")) context.refuse("a text or an image", Object.keys(written));
  refuseBoth("image", "text");
  if (!has("text")) {
    refuseBoth("font", "image");
    refuseBoth("color", "image");
  }
  if (written.tile === true) refuseBoth("gravity", "tile");
  const { color, gravity, ...rest } = WATERMARK_DEFAULTS;
  return { ...rest, ...(has("text") && { color }), ...(written.tile !== true && { gravity }) };
}

/** The graphic of a policy. */
export function toWatermark(policy: WatermarkPolicy): Watermark {
  if ("image" in policy) return { kind: "image", image: policy.image };
  const { text, color, font } = policy;
  return { kind: "text", text, color, ...(font && { font }) };
}

/**
 * Whether this rendition gets the policy's watermark. A spec that says `watermark` itself is obeyed whatever the policy says of
 * specs and widths; which keys are watermarked is the policy's alone. Without a `key`, only a policy for all keys applies.
 */
export function shouldWatermark(
  policy: WatermarkPolicy,
  name: string,
  spec: ThumbnailSpec,
  width: number,
  key: string | undefined,
): boolean {
  const { specs, prefixes, minWidth } = policy;
  if (prefixes && !prefixes.some((prefix) => key?.startsWith(prefix))) return false;
  return spec.watermark ?? ((specs === undefined || specs.includes(name)) && width >= minWidth);
}
