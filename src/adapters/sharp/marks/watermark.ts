import type { OverlayOptions, Sharp } from "sharp";
import type { Rectangle, Size } from "../../../domain/model/size.js";
import {
  computeWatermarkPositions,
  computeWatermarkSize,
  type PlannedWatermark,
} from "../../../domain/model/watermark-placement.js";
import { pictureOf, type RawPicture, rawOf } from "../decode/raw-picture.js";
import type { Job } from "../steps/step.js";
import { blend } from "./blend.js";
import { drawMark, markProportions } from "./draw-mark.js";

/** Lays the planned mark over a picture that libvips is still to make, over each frame of a moving one. */
export async function layMark(picture: Sharp, { output, plan }: Job): Promise<Sharp> {
  const { watermark: planned, size, frames } = output;
  if (!planned) return picture;
  const { raster, places } = await drawn(planned);
  const marked = picture.composite(frames > 1 ? overFrames(raster, places, size) : over(raster, places));
  // Laying something over a picture gives it an opacity channel: one that says nothing is not written.
  return plan.source.hasAlpha || output.canvas ? marked : marked.removeAlpha();
}

/**
 * Blends the planned mark into a still picture's pixels, only where it lies: libvips would take the whole picture
 * through wider numbers and back, which costs more than encoding it.
 */
export async function blendMark(picture: Sharp, { output: { watermark: planned } }: Job): Promise<Sharp> {
  if (!planned) return picture;
  const [pixels, { raster, places }] = await Promise.all([rawOf(picture), drawn(planned)]);
  for (const place of places) blend(pixels, raster, place);
  return pictureOf(pixels);
}

async function drawn(planned: PlannedWatermark) {
  const { watermark: mark, opacity } = planned;
  const raster = await drawMark(mark, computeWatermarkSize(planned, await markProportions(mark)), opacity);
  return { raster, places: computeWatermarkPositions(planned, raster) };
}

function over(raster: RawPicture<4>, places: readonly Rectangle[]): OverlayOptions[] {
  const [first] = places;
  if (places.length <= 1) return places.map(({ left, top }) => ({ ...inputOf(raster), left, top }));
  // A row is drawn once and laid over the picture as often as there are rows: each overlay costs a pass.
  const row = places.filter(({ top }) => top === first?.top);
  const left = first?.left ?? 0;
  const width = (row.at(-1)?.left ?? 0) + raster.width - left;
  const strip = pasted(raster, row, { left, top: first?.top ?? 0, width, height: raster.height });
  const tops = [...new Set(places.map(({ top }) => top))];
  return tops.map((top) => ({ ...inputOf(strip), left, top }));
}

/** libvips holds the frames as one tall strip: a layer of the size of one frame, repeated, meets each at the same place. */
function overFrames(raster: RawPicture<4>, places: readonly Rectangle[], size: Size): OverlayOptions[] {
  const layer = pasted(raster, places, { left: 0, top: 0, ...size });
  return [{ ...inputOf(layer), tile: true, gravity: "northwest" }];
}

/** The marks on a transparent rectangle. */
function pasted(raster: RawPicture<4>, places: readonly Rectangle[], onto: Rectangle): RawPicture<4> {
  const data = new Uint8Array(onto.width * onto.height * 4);
  for (const { left, top } of places) {
    for (let row = 0; row < raster.height; row++) {
      const from = raster.data.subarray(row * raster.width * 4, (row + 1) * raster.width * 4);
      data.set(from, ((top - onto.top + row) * onto.width + left - onto.left) * 4);
    }
  }
  return { width: onto.width, height: onto.height, channels: 4, data };
}

function inputOf({ data, width, height, channels }: RawPicture<4>): OverlayOptions {
  return {
    input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    raw: { width, height, channels },
  };
}
