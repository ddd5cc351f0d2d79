import type { Asset } from "./asset.js";
import type { Gravity, ThumbnailSpec } from "./thumbnail-spec.js";

/** What is drawn: words in a font, or a picture. */
export type Mark = TextMark | ImageMark;

/** Words. They are outlined, so that they can be read on light and on dark. */
export interface TextMark {
  readonly kind: "text";
  readonly text: string;
  /** `#rrggbb` or `#rrggbbaa`. */
  readonly color: string;
  /** A TrueType or OpenType file; absent: the engine's own font. */
  readonly font?: Asset;
}

/** A picture of any format that the engine reads; its transparency is kept. */
export interface ImageMark {
  readonly kind: "image";
  readonly image: Asset;
}

/** When and how a rendition is watermarked. */
export interface WatermarkPolicy {
  readonly mark: Mark;
  /** Where in the rendition, or `tile`: again and again all over it. */
  readonly gravity: Gravity | "tile";
  /** 0 to 1. */
  readonly opacity: number;
  /** Width of the mark as a share of the rendition's width. */
  readonly scale: number;
  /** Pixels between the mark and the edges. */
  readonly margin: number;
  /** Renditions narrower than this many pixels are not marked. */
  readonly minWidth: number;
  /** Names of the specs that are marked; absent: all. */
  readonly specs?: readonly string[];
  /** Beginnings of the keys that are marked; absent: all. */
  readonly prefixes?: readonly string[];
}

/** What a policy is when only its mark is said. */
export const WATERMARK_DEFAULTS: Omit<WatermarkPolicy, "mark" | "specs" | "prefixes"> = {
  gravity: "southeast",
  opacity: 0.6,
  scale: 0.25,
  margin: 16,
  minWidth: 200,
};

/** Completes a policy. A text is white unless it says otherwise. */
export function watermarkPolicy(
  partial: Partial<Omit<WatermarkPolicy, "mark">> & {
    readonly mark: ImageMark | (Omit<TextMark, "color"> & { readonly color?: string });
  },
): WatermarkPolicy {
  const { mark } = partial;
  return {
    ...WATERMARK_DEFAULTS,
    ...partial,
    mark: mark.kind === "text" ? { ...mark, color: mark.color ?? "#ffffff" } : mark,
  };
}

/**
 * Whether the policy marks this rendition. A spec that says `watermark` itself is obeyed whatever the policy says of
 * specs and widths; which keys are marked is the policy's alone. Without a `key` only a policy for all keys marks.
 */
export function isMarked(
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
