import type { ImageFormat } from "./image-format.js";
import type { PlannedCopy, PlannedImage, RenderPlan } from "./render-plan.js";
import type { Size } from "./size.js";

/**
 * Why an output is decoded for itself: it moves; the original has more than 8 bits a channel or is of ink, and
 * would be rounded twice; it keeps the original's colour profile or metadata, which raw pixels do not carry; it is
 * so large that holding its pixels would cost more memory than a second decoding costs time.
 */
export type DecodingReason = "animation" | "16-bit" | "cmyk" | "profile" | "metadata" | "size";

/** Where the pixels of an output come from: a decoding of its own, or a picture in memory. */
export type PixelSource =
  | { readonly from: "original"; readonly because: DecodingReason }
  /** `picture` is a place in {@link PixelPlan.pictures}. */
  | { readonly from: "memory"; readonly picture: number };

/** The whole upright picture in some size, held in memory while outputs are made from it. */
export interface SharedPicture {
  readonly size: Size;
  /** The place of the larger picture that it is scaled from; absent: it is decoded, as large as it is needed. */
  readonly scaledFrom?: number;
}

/** How often an original is decoded, and which picture is made from which. */
export interface PixelPlan {
  /** Largest first. The first is decoded, the others are scaled from one before them. */
  readonly pictures: readonly SharedPicture[];
  /** One for each output that is not a copy, in the plan's order. */
  readonly outputs: readonly { readonly name: string; readonly source: PixelSource }[];
  /** The small picture that ThumbHash and dominant colour are taken from. */
  readonly placeholder: { readonly size: Size; readonly source: PixelSource };
}

/** ThumbHash keeps at most seven waves along a side: these pixels hold them, and more would say the same. */
const PLACEHOLDER_SIDE = 32;

/** Pixels of a shared picture at most: 75 MB in memory, or 100 MB with opacity. */
const MOST_SHARED = 25_000_000;

/**
 * A picture is scaled from a scaled one only if that is so much larger on both sides. Closer in size, what was scaled
 * twice looks worse than what was scaled once: a 200 x 200 from 320 x 320 fell to 42 dB.
 */
const LEAST_RATIO = 2;

/** From here on libvips averages blocks of pixels before it scales: a step on the way is faster and closer. */
const FAR_RATIO = 4;

/** Formats whose decoders are faster when they are asked for a smaller picture. */
const SHRINKS_ON_LOAD: ReadonlySet<ImageFormat> = new Set(["jpeg", "webp"]);

/** So few pixels are decoded whole nearly as fast as shrunk. */
const SMALL = 8_000_000;

/** A decoder that shrinks, shrinks by two or more from here on. */
const LEAST_SHRINK = 3;

/**
 * Decides how a plan gets its pixels: one decoding to the largest size that any output needs, everything else scaled
 * from that, or from an output's own picture on the way. Decoding is most of the work, and a decoder that is asked
 * for a smaller picture is several times faster; so whatever can share, shares. A pure function of the plan.
 */
export function planPixels(plan: RenderPlan): PixelPlan {
  const images = plan.outputs.filter(isImage);
  const size = placeholderSize(plan.upright);
  const ofOriginal = reasonOfOriginal(plan);
  const reasons = new Map(images.map((image) => [image, ofOriginal ?? reasonOf(image, plan)]));
  const alone = (because: DecodingReason): PixelSource => ({ from: "original", because });
  const sharing = images.filter((image) => !reasons.get(image)).map(({ resize }) => resize);
  const pictures = ofOriginal ? [] : picturesFor(sharing, size, plan);
  return {
    pictures,
    outputs: images.map((image) => {
      const because = reasons.get(image);
      return { name: image.name, source: because ? alone(because) : sourceFor(image.resize, pictures) };
    }),
    placeholder: { size, source: ofOriginal ? alone(ofOriginal) : sourceFor(size, pictures) },
  };
}

function isImage(output: PlannedImage | PlannedCopy): output is PlannedImage {
  return output.kind === "image";
}

/** What holds for every output of such an original. */
function reasonOfOriginal({ source }: RenderPlan): DecodingReason | undefined {
  if (source.colourSpace === "rgb16" || source.colourSpace === "grey16") return "16-bit";
  return source.colourSpace === "cmyk" ? "cmyk" : undefined;
}

function reasonOf(image: PlannedImage, plan: RenderPlan): DecodingReason | undefined {
  if (image.frames > 1) return "animation";
  if (image.profile === "keep") return "profile";
  if ((image.metadata ?? plan.metadata) === "keep-all") return "metadata";
  return area(proportional(image.resize, plan.upright)) > MOST_SHARED ? "size" : undefined;
}

/** The decoded picture, and of the outputs' own sizes those that something smaller is scaled from. */
function picturesFor(sizes: readonly Size[], placeholder: Size, plan: RenderPlan): readonly SharedPicture[] {
  const decoded = decodedSize(sizes, placeholder, plan);
  // What is enlarged on a side has nothing that the decoded picture has not.
  const smaller = distinct(sizes.filter((size) => isTimes(1, decoded, size) && !isSame(decoded, size)));
  const all = [decoded, ...smaller].map((size) => ({ size }));
  const serves = (place: number) => smaller.some((size) => parentOf(size, all) === place);
  const held = all.filter((_, place) => place === 0 || serves(place));
  return held.map(({ size }, place) => (place === 0 ? { size } : { size, scaledFrom: parentOf(size, held) }));
}

/**
 * The size to decode to: the largest that is needed. Where another output is so close in size that being scaled twice
 * could be seen, rather more, if the decoder gives it for little: the whole picture where it would be decoded whole
 * for that output alone, else twice the size.
 */
function decodedSize(sizes: readonly Size[], placeholder: Size, { source, upright }: RenderPlan): Size {
  const needed = [...sizes.map((size) => proportional(size, upright)), placeholder];
  const largest = {
    width: Math.max(...needed.map(({ width }) => width)),
    height: Math.max(...needed.map(({ height }) => height)),
  };
  const near = sizes.filter((size) => !isSame(size, largest) && !isTimes(FAR_RATIO, largest, size));
  if (near.length === 0) return largest;
  const isWhole = (size: Size) =>
    !SHRINKS_ON_LOAD.has(source.format) || area(upright) <= SMALL || !isTimes(LEAST_SHRINK, upright, size);
  if (near.some(isWhole)) return area(upright) <= MOST_SHARED ? upright : largest;
  const twice = proportional({ width: 2 * largest.width, height: 2 * largest.height }, upright);
  return isTimes(LEAST_SHRINK, upright, twice) && area(twice) <= MOST_SHARED ? twice : largest;
}

/** The picture of just this size, or the one to scale it from. */
function sourceFor(size: Size, pictures: readonly SharedPicture[]): PixelSource {
  const own = pictures.findIndex((picture) => isSame(picture.size, size));
  return { from: "memory", picture: own >= 0 ? own : parentOf(size, pictures) };
}

/**
 * The place of what to scale from: the largest that is near enough to need no averaging, or else the smallest of what
 * is further away. What is close in size serves only if nothing larger is there.
 */
function parentOf(size: Size, pictures: readonly SharedPicture[]): number {
  const [decoded] = pictures;
  if (decoded && !isTimes(FAR_RATIO, decoded.size, size)) return 0;
  const isParent = (picture: SharedPicture) => isTimes(LEAST_RATIO, picture.size, size);
  const near = pictures.findIndex((picture) => isParent(picture) && !isTimes(FAR_RATIO, picture.size, size));
  return near >= 0 ? near : Math.max(pictures.findLastIndex(isParent), 0);
}

/** Largest first. */
function distinct(sizes: readonly Size[]): readonly Size[] {
  return sizes
    .filter((size, place) => sizes.findIndex((other) => isSame(other, size)) === place)
    .sort((a, b) => area(b) - area(a));
}

/**
 * The whole upright picture in its own proportions, just large enough for `size`: equal to it but for what is stretched.
 * Never larger than the original, because enlarging adds nothing that could be shared.
 */
function proportional(size: Size, upright: Size): Size {
  const { width, height } = {
    width: Math.min(size.width, upright.width),
    height: Math.min(size.height, upright.height),
  };
  // All scales that round to this width, and to this height: when they meet, both sides were rounded from one scale.
  const least = Math.max((width - 0.5) / upright.width, (height - 0.5) / upright.height);
  const most = Math.min((width + 0.5) / upright.width, (height + 0.5) / upright.height);
  if (least <= most) return { width, height };
  const scale = Math.max(width / upright.width, height / upright.height);
  return {
    width: Math.max(width, Math.round(upright.width * scale)),
    height: Math.max(height, Math.round(upright.height * scale)),
  };
}

function placeholderSize({ width, height }: Size): Size {
  const scale = Math.min(1, PLACEHOLDER_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function isTimes(ratio: number, larger: Size, size: Size): boolean {
  return larger.width >= ratio * size.width && larger.height >= ratio * size.height;
}

function area({ width, height }: Size): number {
  return width * height;
}
