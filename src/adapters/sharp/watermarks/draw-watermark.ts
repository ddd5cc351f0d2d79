import { computeSha256 } from "../../../domain/model/digest.js";
import type { Size } from "../../../domain/model/size.js";
import type { Watermark } from "../../../domain/model/watermark-policy.js";
import type { RawPicture } from "../decode/raw-picture.js";
import { drawImage, measureImage } from "./image-watermark.js";
import { LruCache } from "./lru-cache.js";
import { drawText, measureText } from "./text-watermark.js";

/** Enough for the watermarks of a dozen full-size outputs. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** Enough for thousands of watermarks: a process usually has one. */
const PROPORTIONS_CACHE_BYTES = 64 * 1024;

const rasters = new LruCache<RawPicture<4>>({
  maxBytes: CACHE_BYTES,
  measureBytes: ({ data }) => data.length,
});
const proportions = new LruCache<Size>({ maxBytes: PROPORTIONS_CACHE_BYTES, measureBytes: () => 16 });

/** Measures the watermark in a size of its own: only the proportions matter. */
export function measureWatermark(watermark: Watermark): Promise<Size> {
  return proportions.get(toCacheKey(watermark), () =>
    watermark.kind === "text" ? measureText(watermark) : measureImage(watermark),
  );
}

/** Draws the watermark in this size and opacity, or takes it from the cache: its pixels must not be changed. */
export function drawWatermark(
  watermark: Watermark,
  { width, height }: Size,
  opacity: number,
): Promise<RawPicture<4>> {
  const size = { width, height };
  return rasters.get(`${toCacheKey(watermark)} ${width}x${height} ${opacity}`, async () =>
    fade(await (watermark.kind === "text" ? drawText(watermark, size) : drawImage(watermark, size)), opacity),
  );
}

function toCacheKey(watermark: Watermark): string {
  return watermark.kind === "image"
    ? `image ${watermark.image.sha256}`
    : `text ${computeSha256(JSON.stringify([watermark.text, watermark.color, watermark.font?.sha256]))}`;
}

function fade(raster: RawPicture<4>, opacity: number): RawPicture<4> {
  const data = raster.data.slice();
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * opacity);
  return { ...raster, data };
}
