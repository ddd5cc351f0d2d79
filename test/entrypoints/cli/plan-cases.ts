import type { SourceFacts } from "../../../src/domain/model/image-metadata.js";
import {
  type PlanningConfig,
  planRenditions,
  type RenderPlan,
} from "../../../src/domain/model/render-plan.js";
import { thumbnailSpec } from "../../../src/domain/model/thumbnail-spec.js";

const PHOTO: SourceFacts = {
  format: "jpeg",
  width: 6000,
  height: 4000,
  orientation: 1,
  bytes: 8_123_456,
  frames: 1,
  hasAlpha: false,
  colorSpace: "srgb",
  decodeCost: 24_000_000,
};

const SOURCES: Readonly<Record<string, SourceFacts>> = {
  "a photograph": PHOTO,
  "a turned photograph": { ...PHOTO, width: 4001, height: 2999, orientation: 6 },
  "a screenshot": { ...PHOTO, format: "png", width: 1280, height: 801, hasAlpha: true },
  "an animation": { ...PHOTO, format: "gif", width: 480, height: 270, frames: 12 },
  "a print": { ...PHOTO, colorSpace: "cmyk" },
  "a scan": { ...PHOTO, format: "tiff", colorSpace: "rgb16" },
  "a panorama": { ...PHOTO, format: "webp", width: 30_000, height: 1500 },
  "a dot": { ...PHOTO, format: "png", width: 1, height: 1 },
};

const CONFIGS: Readonly<Record<string, PlanningConfig>> = {
  "no thumbnails": { thumbnails: {}, metadata: "strip" },
  "a set for the web": {
    thumbnails: {
      small: thumbnailSpec({ width: 320, format: "webp" }),
      medium: thumbnailSpec({ width: 640, format: "webp", quality: 70 }),
      large: thumbnailSpec({ width: 1280, format: "webp" }),
      icon: thumbnailSpec({ width: 64, height: 64, format: "png" }),
    },
    metadata: "strip",
  },
  "all kinds": {
    thumbnails: {
      master: { copy: true },
      attentive: thumbnailSpec({ width: 300, height: 300, position: "attention", format: "jpeg" }),
      padded: thumbnailSpec({ width: 500, height: 500, fit: "contain" }),
      profile: thumbnailSpec({ width: 200, profile: "keep", format: "jpeg" }),
      moving: thumbnailSpec({ width: 160, format: "gif" }),
      larger: thumbnailSpec({ width: 8000, upscale: true, format: "webp" }),
    },
    metadata: "strip",
  },
  thumbnails: {
    thumbnails: {
      a: thumbnailSpec({ width: 200, height: 200, format: "jpeg" }),
      b: thumbnailSpec({ width: 250, format: "jpeg" }),
      full: thumbnailSpec({ width: 6000, format: "jpeg" }),
    },
    metadata: "strip",
  },
  "everything kept": {
    thumbnails: { thumb: thumbnailSpec({ width: 200 }), preview: thumbnailSpec({ width: 1280 }) },
    metadata: "keep-all",
  },
};

/** Plans of many kinds, by what is planned. */
export const PLANS: Readonly<Record<string, RenderPlan>> = Object.fromEntries(
  Object.entries(SOURCES).flatMap(([source, facts]) =>
    Object.entries(CONFIGS).map(([name, config]) => [`${source}, ${name}`, planRenditions(facts, config)]),
  ),
);
