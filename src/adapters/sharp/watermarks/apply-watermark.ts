import type { OverlayOptions, Sharp } from "sharp";
import type { Rectangle, Size } from "../../../domain/model/size.js";
import {
  computeWatermarkPositions,
  computeWatermarkSize,
  type PlannedWatermark,
} from "../../../domain/model/watermark-placement.js";
import { type RawPicture, toRawPicture, toSharp } from "../decode/raw-picture.js";
import type { Job } from "../steps/step.js";
import { blend } from "./blend.js";
import { drawWatermark, measureWatermark } from "./draw-watermark.js";

/** Composites the planned watermark over a picture that libvips has yet to produce, over each frame of an animation. */
export async function compositeWatermark(picture: Sharp, { output, plan }: Job): Promise<Sharp> {
  const { watermark: planned, size, frames } = output;
  if (!planned) return picture;
  const { raster, positions } = await prepareWatermark(planned);
  const watermarked = picture.composite(
    frames > 1 ? createFrameOverlays(raster, positions, size) : createOverlays(raster, positions),
  );
  // Compositing adds an alpha channel: one that is opaque everywhere is not written.
  return plan.source.hasAlpha || output.canvas ? watermarked : watermarked.removeAlpha();
}

/**
 * Blends the planned watermark into a still picture's pixels, only where it is drawn: libvips would convert the whole picture
 * to wider numbers and back, which costs more than encoding it.
 */
export async function blendWatermark(
  picture: Sharp,
  { output: { watermark: planned } }: Job,
): Promise<Sharp> {
  if (!planned) return picture;
  const [pixels, { raster, positions }] = await Promise.all([
    toRawPicture(picture),
    prepareWatermark(planned),
  ]);
  for (const position of positions) blend(pixels, raster, position);
  return toSharp(pixels);
}

async function prepareWatermark(planned: PlannedWatermark) {
  const { watermark, opacity } = planned;
  const raster = await drawWatermark(
    watermark,
    computeWatermarkSize(planned, await measureWatermark(watermark)),
    opacity,
  );
  return { raster, positions: computeWatermarkPositions(planned, raster) };
}

function createOverlays(raster: RawPicture<4>, positions: readonly Rectangle[]): OverlayOptions[] {
  const [first] = positions;
  if (positions.length <= 1) return positions.map(({ left, top }) => ({ ...toOverlay(raster), left, top }));
  // One row is drawn once and composited as often as there are rows: each overlay costs a pass.
  const row = positions.filter(({ top }) => top === first?.top);
  const left = first?.left ?? 0;
  const width = (row.at(-1)?.left ?? 0) + raster.width - left;
  const strip = pasteRaster(raster, row, { left, top: first?.top ?? 0, width, height: raster.height });
  const tops = [...new Set(positions.map(({ top }) => top))];
  return tops.map((top) => ({ ...toOverlay(strip), left, top }));
}

/** libvips holds the frames as one tall strip: a layer of one frame's size is repeated, so that each frame gets the same. */
function createFrameOverlays(
  raster: RawPicture<4>,
  positions: readonly Rectangle[],
  size: Size,
): OverlayOptions[] {
  const layer = pasteRaster(raster, positions, { left: 0, top: 0, ...size });
  return [{ ...toOverlay(layer), tile: true, gravity: "northwest" }];
}

/** Copies the watermark to its positions on a transparent rectangle. */
function pasteRaster(raster: RawPicture<4>, positions: readonly Rectangle[], onto: Rectangle): RawPicture<4> {
  const data = new Uint8Array(onto.width * onto.height * 4);
  for (const { left, top } of positions) {
    for (let row = 0; row < raster.height; row++) {
      const from = raster.data.subarray(row * raster.width * 4, (row + 1) * raster.width * 4);
      data.set(from, ((top - onto.top + row) * onto.width + left - onto.left) * 4);
    }
  }
  return { width: onto.width, height: onto.height, channels: 4, data };
}

function toOverlay({ data, width, height, channels }: RawPicture<4>): OverlayOptions {
  return {
    input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    raw: { width, height, channels },
  };
}
