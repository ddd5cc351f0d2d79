import type { PlannedImage, RenderPlan } from "../../../domain/model/render-plan.js";
import type { Size } from "../../../domain/model/size.js";
import { area } from "./compare-sizes.js";
import { isSharpAtEighth, MOST_SHARED } from "./decoded-picture.js";
import { type SharedPicture, sharePictures } from "./picture-sharing.js";

/**
 * Why an output is decoded for itself: it moves; the original has more than 8 bits a channel or is of ink, and
 * would be rounded twice; it keeps the original's colour profile or metadata, which raw pixels do not carry; holding
 * its pixels, or those that it could be made from without a loss, would cost more memory than a second decoding costs
 * time (`size`), or more time (`small`: an eighth of a JPEG is decoded fast).
 */
export type DecodingReason = "animation" | "16-bit" | "cmyk" | "profile" | "metadata" | "size" | "small";

/** Where the pixels of an output come from: a decoding of its own, or a picture in memory. */
export type PixelSource =
  | { readonly from: "original"; readonly because: DecodingReason }
  /** `picture` is a place in {@link PixelPlan.pictures}. */
  | { readonly from: "memory"; readonly picture: number };

/** How often an original is decoded, and which picture is made from which. */
export interface PixelPlan {
  /** Largest first. The first is decoded, the others are scaled from one before them. */
  readonly pictures: readonly SharedPicture[];
  /** One for each output that is not a copy, in the plan's order, and last for what a tagger is shown. */
  readonly outputs: readonly { readonly name: string; readonly source: PixelSource }[];
  /** The small picture that ThumbHash and dominant colour are taken from. */
  readonly placeholder: { readonly size: Size; readonly source: PixelSource };
}

/** ThumbHash keeps at most seven waves along a side: these pixels hold them, and more would say the same. */
const PLACEHOLDER_SIDE = 32;

/**
 * Decides how a plan gets its pixels: one decoding, everything else scaled from that. Decoding is most of the work, and
 * a decoder that is asked for a smaller picture is several times faster; so whatever can share, shares. No output is
 * further from the original than one that is decoded for itself. A pure function of the plan.
 */
export function planPixels(plan: RenderPlan): PixelPlan {
  const images = [
    ...plan.outputs.filter((output) => output.kind === "image"),
    ...(plan.tagging ? [plan.tagging] : []),
  ];
  const size = placeholderSize(plan.upright);
  const ofOriginal = reasonOfOriginal(plan);
  const reasons = new Map(images.map((image) => [image, ofOriginal ?? reasonOf(image, plan)]));
  const alone = (because: DecodingReason): PixelSource => ({ from: "original", because });
  const original = { format: plan.source.format, size: plan.upright };
  const sharing = images.filter((image) => !reasons.get(image));
  const shared = ofOriginal ? undefined : sharePictures(sharing, size, original);
  const source = (picture: number | undefined, output: Size): PixelSource =>
    picture === undefined
      ? alone(ofOriginal ?? (isSharpAtEighth(original, output) ? "small" : "size"))
      : { from: "memory", picture };
  return {
    pictures: shared?.pictures ?? [],
    outputs: images.map((image) => {
      const because = reasons.get(image);
      const place = shared?.outputs[sharing.indexOf(image)];
      return { name: image.name, source: because ? alone(because) : source(place, image.resize) };
    }),
    placeholder: { size, source: source(shared?.placeholder, size) },
  };
}

/** What holds for every output of such an original. */
function reasonOfOriginal({ source }: RenderPlan): DecodingReason | undefined {
  if (source.colorSpace === "rgb16" || source.colorSpace === "grey16") return "16-bit";
  return source.colorSpace === "cmyk" ? "cmyk" : undefined;
}

function reasonOf(image: PlannedImage, { metadata, upright }: RenderPlan): DecodingReason | undefined {
  if (image.frames > 1) return "animation";
  if (image.profile === "keep") return "profile";
  if ((image.metadata ?? metadata) === "keep-all") return "metadata";
  const { width, height } = image.resize;
  const held = { width: Math.min(width, upright.width), height: Math.min(height, upright.height) };
  return area(held) > MOST_SHARED ? "size" : undefined;
}

function placeholderSize({ width, height }: Size): Size {
  const scale = Math.min(1, PLACEHOLDER_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
