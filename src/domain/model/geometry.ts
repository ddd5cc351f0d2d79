import type { Rectangle, Size } from "./size.js";
import type { FocalPoint, Gravity, ThumbnailSpec } from "./thumbnail-spec.js";

/** How one output is cut from the upright source: scale to `resize`, keep `crop` of that, pad to `canvas`. */
export interface Geometry {
  /** The whole upright picture is scaled to this size. */
  readonly resize: Size;
  /**
   * The side that decides the scale of both; the other one was rounded, and the picture is scaled in its own
   * proportions all the same, as sharp does: to stretch it by half a pixel shows. Absent: each side has its own scale.
   */
  readonly scaledBy?: ScalingSide;
  /** The part of the scaled picture that is kept; absent: all of it. */
  readonly crop?: Rectangle;
  /** The padded picture and where the scaled one lies in it; absent: no padding. */
  readonly canvas?: Size & { readonly left: number; readonly top: number };
}

/** A side of a picture. */
export type ScalingSide = "width" | "height";

/** A size that the whole upright picture is scaled to, and how. */
export type Scaling = Pick<Geometry, "resize" | "scaledBy">;

/**
 * Decides the size of one output in whole pixels. The rules and the rounding are those of sharp's resize, so that a
 * spec gives the size that its users expect: one scale for both sides (each its own for `fill`), never above 1
 * unless the spec asks for upscaling, sides rounded to the nearest pixel and at least 1. An output with a side above
 * `maxSide` is scaled down as a whole until it fits: what an encoder cannot write must not fail an original.
 */
export function computeGeometry(
  source: Size,
  spec: ThumbnailSpec,
  maxSide = Number.POSITIVE_INFINITY,
): Geometry {
  const asked = computeFrame(source, spec, 1);
  const longest = Math.max(asked.frame.width, asked.frame.height);
  const { resize, scaledBy, frame } =
    longest > maxSide ? computeFrame(source, spec, maxSide / longest) : asked;
  const scaling = { resize, ...(scaledBy && { scaledBy }) };
  if (frame.width === resize.width && frame.height === resize.height) return scaling;
  return spec.fit === "cover"
    ? { ...scaling, crop: { ...computeCropOffset(resize, frame, spec), ...frame } }
    : {
        ...scaling,
        canvas: { ...computeGravityOffset(frame, resize, toGravity(spec), Math.floor), ...frame },
      };
}

/** The size of the finished output. */
export function computeOutputSize({ resize, crop, canvas }: Geometry): Size {
  const { width, height } = canvas ?? crop ?? resize;
  return { width, height };
}

/** The scaled picture, and the part of it or the canvas around it that is the output, all `reduction` times the requested size. */
function computeFrame(source: Size, spec: ThumbnailSpec, reduction: number): Scaling & { frame: Size } {
  const { scaledBy, ...shrink } = computeShrink(source, spec);
  const resize = {
    width: scaleLength(source.width, shrink.x / reduction),
    height: scaleLength(source.height, shrink.y / reduction),
  };
  const computeSide = (length: number | undefined, otherwise: number) =>
    length === undefined ? otherwise : roundSide(length * reduction);
  const frame = {
    width: computeSide(spec.width, resize.width),
    height: computeSide(spec.height, resize.height),
  };
  const both = spec.fit === "cover" ? Math.min : spec.fit === "contain" ? Math.max : undefined;
  if (!both) return { resize, scaledBy, frame: resize };
  return {
    resize,
    scaledBy,
    frame: { width: both(frame.width, resize.width), height: both(frame.height, resize.height) },
  };
}

/** How many source pixels become one, and which side says so. */
function computeShrink(source: Size, spec: ThumbnailSpec): { x: number; y: number; scaledBy?: ScalingSide } {
  const limit = spec.upscale ? 0 : 1;
  const x = spec.width === undefined ? undefined : source.width / spec.width;
  const y = spec.height === undefined ? undefined : source.height / spec.height;
  if (spec.fit === "fill") return { x: Math.max(x ?? 1, limit), y: Math.max(y ?? 1, limit) };
  const both = spec.fit === "cover" || spec.fit === "outside" ? Math.min : Math.max;
  const asked = x === undefined ? (y ?? 1) : y === undefined ? x : both(x, y);
  const shrink = Math.max(asked, limit);
  return { x: shrink, y: shrink, scaledBy: asked === x ? "width" : "height" };
}

/** Whether `from`, scaled in its own proportions by the side that says so, gets the planned size: the rest is rounding. */
export function keepsProportions(from: Size, { resize, scaledBy }: Scaling): boolean {
  if (scaledBy === "width") return scaleLength(from.height, from.width / resize.width) === resize.height;
  return scaledBy === "height" && scaleLength(from.width, from.height / resize.height) === resize.width;
}

/** The floating-point steps are libvips' own, in its order: a shorter formula differs at halves. */
function scaleLength(length: number, shrink: number): number {
  const scale = 1 / shrink;
  return roundSide(scale < 1 ? length / (1 / scale) : length * scale);
}

function computeCropOffset(resize: Size, kept: Size, spec: ThumbnailSpec): { left: number; top: number } {
  // For `attention` and `entropy` the engine moves the crop: where the eye goes is known only from pixels.
  return typeof spec.position === "object"
    ? computeFocalOffset(resize, kept, spec.position)
    : computeGravityOffset(resize, kept, toGravity(spec), Math.ceil);
}

function computeFocalOffset(outer: Size, inner: Size, focus: FocalPoint): { left: number; top: number } {
  const computeStart = (whole: number, part: number, share: number) =>
    Math.min(Math.max(Math.round(whole * share - part / 2), 0), whole - part);
  return {
    left: computeStart(outer.width, inner.width, focus.x),
    top: computeStart(outer.height, inner.height, focus.y),
  };
}

/** Where the space is odd, a crop leaves the larger half before it and padding after it, as in sharp. */
function computeGravityOffset(
  outer: Size,
  inner: Size,
  gravity: Gravity,
  half: (space: number) => number,
): { left: number; top: number } {
  const computeStart = (space: number, start: boolean, end: boolean) =>
    start ? 0 : end ? space : half(space / 2);
  return {
    left: computeStart(outer.width - inner.width, gravity.endsWith("west"), gravity.endsWith("east")),
    top: computeStart(outer.height - inner.height, gravity.startsWith("north"), gravity.startsWith("south")),
  };
}

/** Positions that depend on the content have no meaning for padding: the picture is centered. */
function toGravity({ position }: ThumbnailSpec): Gravity {
  return typeof position === "string" && position !== "attention" && position !== "entropy"
    ? position
    : "center";
}

function roundSide(length: number): number {
  return Math.max(1, Math.round(length));
}
