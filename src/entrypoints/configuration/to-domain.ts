import type { Asset } from "../../domain/model/asset.js";
import { SafelightError } from "../../domain/model/errors.js";
import { DEFAULT_CONFIG, type PipelineConfig } from "../../domain/model/pipeline-config.js";
import { type CopySpec, type ThumbnailSpec, thumbnailSpec } from "../../domain/model/thumbnail-spec.js";
import { type WatermarkPolicy, watermarkPolicy } from "../../domain/model/watermark-policy.js";
import { COLOUR_NAMES } from "./colour-names.js";
import type { Configuration } from "./schema.js";

type WrittenSpec = NonNullable<Configuration["thumbnails"]>[string];
type WrittenWatermark = NonNullable<Configuration["watermark"]>;

/**
 * The configuration as the domain takes it: complete values. An empty configuration gives `DEFAULT_CONFIG`. `assets`
 * are the files that it names, read; throws `invalid-input` when it names one that is not among them.
 */
export function toPipelineConfig(
  configuration: Configuration,
  assets: { readonly image?: Asset; readonly font?: Asset } = {},
): PipelineConfig {
  const { thumbnails, uploads, metadata, exif, watermark, tagging } = configuration;
  return {
    thumbnails:
      thumbnails === undefined
        ? DEFAULT_CONFIG.thumbnails
        : Object.fromEntries(Object.entries(thumbnails).map(([name, spec]) => [name, toSpec(spec)])),
    uploads,
    metadata,
    exif,
    ...(watermark && { watermark: toWatermark(watermark, assets) }),
    tagging,
  };
}

function toWatermark(
  {
    text,
    image,
    font,
    color,
    tile,
    gravity,
    opacity,
    scale,
    margin,
    minWidth,
    specs,
    prefixes,
  }: WrittenWatermark,
  assets: { readonly image?: Asset; readonly font?: Asset },
): WatermarkPolicy {
  const place = tile ? ("tile" as const) : gravity;
  return watermarkPolicy({
    mark:
      text === undefined
        ? { kind: "image", image: given(assets.image, "watermark.image", image) }
        : {
            kind: "text",
            text,
            ...(color !== undefined && { color: hexadecimal(color) }),
            ...(font !== undefined && { font: given(assets.font, "watermark.font", font) }),
          },
    ...(place !== undefined && { gravity: place }),
    opacity,
    scale,
    margin,
    minWidth,
    ...(specs && { specs }),
    ...(prefixes && { prefixes }),
  });
}

/** Marking with something else than what was named, or not at all, would only be noticed once it is published. */
function given(asset: Asset | undefined, name: string, path: string | undefined): Asset {
  if (asset) return asset;
  throw new SafelightError("invalid-input", `expected the content of ${path} for ${name} but received none`);
}

function hexadecimal(color: string): string {
  return COLOUR_NAMES[color] ?? color.toLowerCase();
}

function toSpec({ copy, width, height, background, ...rest }: WrittenSpec): ThumbnailSpec | CopySpec {
  if (copy) return { copy };
  const partial = { ...rest, ...(background !== undefined && { background: hexadecimal(background) }) };
  if (width !== undefined)
    return thumbnailSpec({ ...partial, width, ...(height !== undefined && { height }) });
  // The schema lets no spec through that has neither side.
  if (height !== undefined) return thumbnailSpec({ ...partial, height });
  throw new TypeError("a spec without width and height");
}
