import { DEFAULT_CONFIG, type PipelineConfig } from "../../domain/model/pipeline-config.js";
import { type CopySpec, type ThumbnailSpec, thumbnailSpec } from "../../domain/model/thumbnail-spec.js";
import { COLOUR_NAMES } from "./fields.js";
import type { Configuration } from "./schema.js";

type WrittenSpec = NonNullable<Configuration["thumbnails"]>[string];

/** The configuration as the domain takes it: complete, plain values. An empty configuration gives `DEFAULT_CONFIG`. */
export function toPipelineConfig(configuration: Configuration): PipelineConfig {
  const { thumbnails, uploads, metadata } = configuration;
  return {
    thumbnails:
      thumbnails === undefined
        ? DEFAULT_CONFIG.thumbnails
        : Object.fromEntries(Object.entries(thumbnails).map(([name, spec]) => [name, toSpec(spec)])),
    uploads,
    metadata,
  };
}

function toSpec({ copy, width, height, background, ...rest }: WrittenSpec): ThumbnailSpec | CopySpec {
  if (copy) return { copy };
  const partial = {
    ...rest,
    ...(background !== undefined && { background: COLOUR_NAMES[background] ?? background.toLowerCase() }),
  };
  if (width !== undefined)
    return thumbnailSpec({ ...partial, width, ...(height !== undefined && { height }) });
  // The schema lets no spec through that has neither side.
  if (height !== undefined) return thumbnailSpec({ ...partial, height });
  throw new TypeError("a spec without width and height");
}
