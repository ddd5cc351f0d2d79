import { computeEngineVersion } from "../../src/adapters/sharp/versions.js";
import type { PipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { findHeicDecoder } from "./heic-decoder.js";

/** The libraries in the sharp that functions get, as `sharp.versions` of the release in sharp-package.json has them. */
export const SHARP_VERSIONS = {
  sharp: "0.35.5",
  vips: "8.18.7",
  aom: "3.15.1",
  cgif: "0.5.4",
  heif: "1.23.5",
  imagequant: "2.4.1",
  lcms: "2.19.1",
  mozjpeg: "0826579",
  png: "1.6.58",
  tiff: "4.7.2",
  uhdr: "2.0.2",
  webp: "1.6.0",
} as const;

/** Computes the version of the engine that renders: that of sharp and, where the configuration lets HEIC in, of its decoder. */
export function computeDeployedEngine({ uploads }: Pick<PipelineConfig, "uploads">): string {
  const libheif = uploads.formats.includes("heic") ? findHeicDecoder().version : undefined;
  return computeEngineVersion({ ...SHARP_VERSIONS, "libheif-js": libheif });
}
