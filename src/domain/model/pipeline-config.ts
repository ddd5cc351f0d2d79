import { canonicalJson, shortDigest } from "./digest.js";
import { DEFAULT_TAGGING, type TaggingPolicy } from "./tagging-policy.js";
import { type ThumbnailSpecs, thumbnailSpec } from "./thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY, type UploadPolicy } from "./upload-policy.js";
import type { WatermarkPolicy } from "./watermark-policy.js";

/** Which embedded metadata a rendition keeps. A copy keeps all by its nature. */
export type MetadataPolicy = "strip" | "keep-copyright" | "keep-all";

/** The whole configuration as domain values, complete: only a watermark may be left out, and then nothing is marked. */
export interface PipelineConfig {
  readonly thumbnails: ThumbnailSpecs;
  readonly uploads: UploadPolicy;
  readonly metadata: MetadataPolicy;
  /** `position`: whether plans, records and events hold the place where a picture was taken. */
  readonly exif: { readonly position: boolean };
  readonly watermark?: WatermarkPolicy;
  readonly tagging: TaggingPolicy;
}

/** Makes an empty file useful: a square for lists and a picture for pages. */
export const DEFAULT_CONFIG: PipelineConfig = {
  thumbnails: {
    thumb: thumbnailSpec({ width: 200, height: 200, fit: "cover", format: "jpeg" }),
    preview: thumbnailSpec({ width: 1280, format: "webp" }),
  },
  uploads: DEFAULT_UPLOAD_POLICY,
  metadata: "strip",
  exif: { position: false },
  tagging: DEFAULT_TAGGING,
};

/**
 * Identifies everything beside the original that decides what a settlement stores: the configuration and the
 * engine's versions. Two records with the same digest were made by the same rules.
 */
export function configurationDigest(config: PipelineConfig, engineVersion: string): string {
  return shortDigest(canonicalJson({ config, engineVersion }));
}
