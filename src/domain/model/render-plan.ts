import { type Geometry, geometryOf, outputSize } from "./fit.js";
import { formatFacts, type ImageFormat, OUTPUT_FORMATS, type OutputFormat } from "./image-format.js";
import type { SourceFacts } from "./image-metadata.js";
import { uprightSize } from "./orientation.js";
import type { MetadataPolicy, PipelineConfig } from "./pipeline-config.js";
import type { Size } from "./size.js";
import type { Effort, ThumbnailSpec } from "./thumbnail-spec.js";

/** One picture to be encoded, in numbers. All rectangles count upright pixels. */
export interface PlannedImage extends Geometry {
  readonly kind: "image";
  readonly name: string;
  readonly format: OutputFormat;
  /** The finished size of one frame. */
  readonly size: Size;
  /** Set when the engine must look at pixels to place the crop. */
  readonly smartCrop?: "attention" | "entropy";
  /** Frames to write; 1 for a still picture. */
  readonly frames: number;
  /** True when a moving original becomes a still picture. */
  readonly flattened: boolean;
  readonly quality?: number;
  readonly effort: Effort;
  readonly background: string;
}

/** The original's bytes as they are. */
export interface PlannedCopy {
  readonly kind: "copy";
  readonly name: string;
  readonly format: ImageFormat;
  readonly size: Size;
}

/** What will be done to one original, decided before any pixel is touched. It can be printed, compared and generated. */
export interface RenderPlan {
  readonly source: SourceFacts;
  /** Size of the upright source. */
  readonly upright: Size;
  readonly metadata: MetadataPolicy;
  readonly outputs: readonly (PlannedImage | PlannedCopy)[];
}

/**
 * Plans all renditions of an original. A pure function: equal facts and configuration give an equal plan. Sizes come
 * from the upright source. An ask beyond what the output's encoder can write becomes the largest that it can, in the
 * same proportions.
 */
export function planRenditions(
  facts: SourceFacts,
  config: Pick<PipelineConfig, "thumbnails" | "metadata">,
): RenderPlan {
  const upright = uprightSize(facts, facts.orientation);
  const outputs = Object.entries(config.thumbnails).map(([name, spec]) =>
    "copy" in spec
      ? { kind: "copy" as const, name, format: facts.format, size: upright }
      : planImage(name, spec, facts, upright),
  );
  return { source: facts, upright, metadata: config.metadata, outputs };
}

function planImage(name: string, spec: ThumbnailSpec, facts: SourceFacts, upright: Size): PlannedImage {
  const format = outputFormat(spec, facts.format);
  const { maxSide, animated } = formatFacts(format);
  const geometry = geometryOf(upright, spec, maxSide);
  const frames = spec.animated && animated ? facts.frames : 1;
  const smart = geometry.crop && (spec.position === "attention" || spec.position === "entropy");
  return {
    kind: "image",
    name,
    format,
    ...geometry,
    size: outputSize(geometry),
    ...(smart && { smartCrop: spec.position as "attention" | "entropy" }),
    frames,
    flattened: frames < facts.frames,
    ...(spec.quality !== undefined && { quality: spec.quality }),
    effort: spec.effort,
    background: spec.background,
  };
}

function outputFormat(spec: ThumbnailSpec, original: ImageFormat): OutputFormat {
  if (spec.format !== "original") return spec.format;
  return OUTPUT_FORMATS.find((format) => format === original) ?? "png";
}
