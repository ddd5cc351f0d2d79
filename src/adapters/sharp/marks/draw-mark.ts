import { computeSha256 } from "../../../domain/model/digest.js";
import type { Size } from "../../../domain/model/size.js";
import type { Watermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";
import { BoundedCache } from "./bounded-cache.js";
import { drawImage, imageProportions } from "./image-mark.js";
import { drawText, textProportions } from "./text-mark.js";

/** Enough for the marks of a dozen full-size outputs. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Some thousands of marks: a process has one. */
const CACHED_PROPORTIONS = 64 * 1024;

const rasters = new BoundedCache<RawPicture<4>>({ maxBytes: CACHE_BYTES, sizeOf: ({ data }) => data.length });
const proportions = new BoundedCache<Size>({ maxBytes: CACHED_PROPORTIONS, sizeOf: () => 16 });

/** The mark's own size; only its proportions mean something. */
export function markProportions(mark: Watermark): Promise<Size> {
  return proportions.get(idOf(mark), () =>
    mark.kind === "text" ? textProportions(mark) : imageProportions(mark),
  );
}

/** The mark in this size and opacity, drawn once and kept within a bound. Nobody may change its pixels. */
export function drawMark(mark: Watermark, { width, height }: Size, opacity: number): Promise<RawPicture<4>> {
  const size = { width, height };
  return rasters.get(`${idOf(mark)} ${width}x${height} ${opacity}`, async () =>
    faded(await (mark.kind === "text" ? drawText(mark, size) : drawImage(mark, size)), opacity),
  );
}

function idOf(mark: Watermark): string {
  return mark.kind === "image"
    ? `image ${mark.image.sha256}`
    : `text ${computeSha256(JSON.stringify([mark.text, mark.color, mark.font?.sha256]))}`;
}

function faded(raster: RawPicture<4>, opacity: number): RawPicture<4> {
  const data = raster.data.slice();
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * opacity);
  return { ...raster, data };
}
