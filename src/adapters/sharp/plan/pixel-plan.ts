import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import { computeArea } from "./compare-sizes.js";
import { isSharpestFromEighth, MAX_SHARED_PIXELS } from "./decode-target.js";
import { type SharedPicture, sharePictures } from "./picture-sharing.js";

/**
 * The reason for which an output has a decoding of its own: it is animated; the original has more than 8 bits a channel or
 * is CMYK, and would be rounded twice; it keeps the original's color profile or metadata, which raw pixels do not carry;
 * holding its pixels, or those that it could be derived from without a loss, would cost more memory than a second decoding
 * costs time (`size`), or more time (`small`: an eighth of a JPEG is decoded fast).
 */
export type DecodingReason = "animation" | "16-bit" | "cmyk" | "profile" | "metadata" | "size" | "small";

/** The source of an output's pixels: a decoding of its own, or a picture in memory. */
export type PixelSource =
  | { readonly from: "original"; readonly reason: DecodingReason }
  /** `picture` is an index of {@link PixelPlan.pictures}. */
  | { readonly from: "memory"; readonly picture: number };

/** The pictures to decode, and those to scale from them. */
export interface PixelPlan {
  /** Largest first. The first is decoded, the others are scaled from one before them. */
  readonly pictures: readonly SharedPicture[];
  /** One for each output that is not a copy, in the plan's order, and last for the tagger's picture. */
  readonly outputs: readonly { readonly name: string; readonly source: PixelSource }[];
  /** The small picture that ThumbHash and dominant color are taken from. */
  readonly placeholder: { readonly size: Size; readonly source: PixelSource };
}

/** ThumbHash keeps at most seven waves along a side: these pixels hold them, and more would say the same. */
const PLACEHOLDER_SIDE = 32;

/**
 * Decides where a plan's outputs get their pixels: from one decoding, if possible. Decoding is most of the work, and a
 * decoder is several times faster at a smaller size. No output is further from the original than one with a decoding of its
 * own. A pure function of the plan.
 */
export function planPixels(plan: RenderPlan): PixelPlan {
  const images = [
    ...plan.outputs.filter((output) => output.kind === "image"),
    ...(plan.tagging ? [plan.tagging] : []),
  ];
  const size = computePlaceholderSize(plan.upright);
  const originalReason = findOriginalReason(plan);
  const reasons = new Map(images.map((image) => [image, originalReason ?? findDecodingReason(image, plan)]));
  const decodeAlone = (reason: DecodingReason): PixelSource => ({ from: "original", reason });
  const original = { format: plan.source.format, size: plan.upright };
  const sharing = images.filter((image) => !reasons.get(image));
  const shared = originalReason ? undefined : sharePictures(sharing, size, original);
  const chooseSource = (picture: number | undefined, output: Size): PixelSource =>
    picture === undefined
      ? decodeAlone(originalReason ?? (isSharpestFromEighth(original, output) ? "small" : "size"))
      : { from: "memory", picture };
  return {
    pictures: shared?.pictures ?? [],
    outputs: images.map((image) => {
      const reason = reasons.get(image);
      const picture = shared?.outputs[sharing.indexOf(image)];
      return { name: image.name, source: reason ? decodeAlone(reason) : chooseSource(picture, image.resize) };
    }),
    placeholder: { size, source: chooseSource(shared?.placeholder, size) },
  };
}

/** The reason that holds for every output of such an original. */
function findOriginalReason({ source }: RenderPlan): DecodingReason | undefined {
  if (source.colorSpace === "rgb16" || source.colorSpace === "grey16") return "16-bit";
  return source.colorSpace === "cmyk" ? "cmyk" : undefined;
}

function findDecodingReason(
  image: PlannedImage,
  { metadata, upright }: RenderPlan,
): DecodingReason | undefined {
  if (image.frames > 1) return "animation";
  if (image.profile === "keep") return "profile";
  if ((image.metadata ?? metadata) === "keep-all") return "metadata";
  const { width, height } = image.resize;
  const held = { width: Math.min(width, upright.width), height: Math.min(height, upright.height) };
  return computeArea(held) > MAX_SHARED_PIXELS ? "size" : undefined;
}

function computePlaceholderSize({ width, height }: Size): Size {
  const scale = Math.min(1, PLACEHOLDER_SIDE / Math.max(width, height));
  const computeSide = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: computeSide(width), height: computeSide(height) };
}
