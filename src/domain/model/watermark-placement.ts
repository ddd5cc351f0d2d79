import type { Rectangle, Size } from "./size.js";
import type { Gravity } from "./thumbnail-spec.js";
import { toWatermark, type Watermark, type WatermarkPolicy } from "./watermark-policy.js";

/** The watermark of one output, in pixels of one of its frames. */
export interface PlannedWatermark {
  readonly watermark: Watermark;
  /** Where watermarks may lie: the picture without its margins. */
  readonly room: Rectangle;
  /** The largest size of one watermark; it keeps its proportions. */
  readonly box: Size;
  readonly gravity: Gravity | "tile";
  /** The smallest gap between two watermarks of a tiling, in pixels. */
  readonly gap: number;
  readonly opacity: number;
}

/** More would be a texture. It also bounds the work for a watermark of one pixel on a wall of millions. */
const MAX_TILES_A_SIDE = 32;

/**
 * Decides where a watermark may lie on a picture and how large it may be. A margin takes at most a quarter of the picture from each side, so that
 * even a picture of one pixel has room.
 */
export function placeWatermark(picture: Size, policy: WatermarkPolicy): PlannedWatermark {
  const inset = (length: number) => Math.min(policy.margin, Math.floor(length / 4));
  const [left, top] = [inset(picture.width), inset(picture.height)];
  const room = { left, top, width: picture.width - 2 * left, height: picture.height - 2 * top };
  const asked = Math.max(1, Math.round(picture.width * policy.scale));
  return {
    watermark: toWatermark(policy),
    room,
    box: { width: Math.min(asked, room.width), height: room.height },
    gravity: policy.tile ? "tile" : policy.gravity,
    gap: policy.margin,
    opacity: policy.opacity,
  };
}

/** The size of a watermark of these proportions: as large as its box allows, at least one pixel a side. */
export function computeWatermarkSize({ box }: Pick<PlannedWatermark, "box">, proportions: Size): Size {
  const scale = Math.min(box.width / proportions.width, box.height / proportions.height);
  const computeSide = (length: number, most: number) =>
    Math.min(Math.max(Math.round(length * scale), 1), most);
  return {
    width: computeSide(proportions.width, box.width),
    height: computeSide(proportions.height, box.height),
  };
}

/** The positions of watermarks of this size: one by gravity, or whole ones spread evenly over the room. */
export function computeWatermarkPositions(
  { room, gravity, gap }: PlannedWatermark,
  { width, height }: Size,
): readonly Rectangle[] {
  const size = { width, height };
  if (gravity === "tile") {
    // A line of text would otherwise be set as tightly as a page: between watermarks there is at least the height of one.
    const between = Math.max(gap, size.height);
    const columns = spread(room.left, room.width, size.width, between);
    return spread(room.top, room.height, size.height, between).flatMap((top) =>
      columns.map((left) => ({ left, top, ...size })),
    );
  }
  const computeStart = (space: number, start: boolean, end: boolean) =>
    start ? 0 : end ? space : Math.floor(space / 2);
  const left = computeStart(room.width - size.width, gravity.endsWith("west"), gravity.endsWith("east"));
  const top = computeStart(
    room.height - size.height,
    gravity.startsWith("north"),
    gravity.startsWith("south"),
  );
  return [{ left: room.left + left, top: room.top + top, ...size }];
}

function spread(start: number, room: number, length: number, between: number): readonly number[] {
  const count = Math.min(Math.max(Math.floor((room + between) / (length + between)), 1), MAX_TILES_A_SIDE);
  const free = room - length;
  if (count === 1) return [start + Math.floor(free / 2)];
  return Array.from({ length: count }, (_, index) => start + Math.floor((free * index) / (count - 1)));
}
