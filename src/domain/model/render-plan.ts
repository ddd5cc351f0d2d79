import { computeGeometry, computeOutputSize, type Geometry } from "./geometry.js";
import { getFormatFacts, type ImageFormat, OUTPUT_FORMATS, type OutputFormat } from "./image-format.js";
import type { SourceFacts } from "./image-metadata.js";
import type { MetadataPolicy, PipelineConfig } from "./pipeline-config.js";
import { computeUprightSize, type Size } from "./size.js";
import { TAGGING_SPEC } from "./tagging-policy.js";
import type { ColorProfile, Effort, FocalPoint, FormatChoice, ThumbnailSpec } from "./thumbnail-spec.js";
import { type PlannedWatermark, placeWatermark } from "./watermark-placement.js";
import { shouldWatermark, type WatermarkPolicy } from "./watermark-policy.js";

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
  /** Whether an animated original becomes a still picture. */
  readonly flattened: boolean;
  readonly quality?: number;
  readonly effort: Effort;
  readonly background: string;
  readonly profile: ColorProfile;
  /** The metadata policy of this output. Default: that of the plan. */
  readonly metadata?: MetadataPolicy;
  /** Absent: no watermark. */
  readonly watermark?: PlannedWatermark;
}

/** The original's bytes as they are. */
export interface PlannedCopy {
  readonly kind: "copy";
  readonly name: string;
  readonly format: ImageFormat;
  readonly size: Size;
}

/** One output of a plan. */
export type PlannedOutput = PlannedImage | PlannedCopy;

/** The work on one original, in numbers, decided before any pixel is touched. It can be printed, compared and generated. */
export interface RenderPlan {
  readonly source: SourceFacts;
  /** Size of the upright source. */
  readonly upright: Size;
  readonly metadata: MetadataPolicy;
  readonly outputs: readonly PlannedOutput[];
  /** The picture for the tagger: not stored, without watermark and metadata. Absent: nothing is tagged. */
  readonly tagging?: PlannedImage;
}

/** The parts of a configuration that decide about a plan. */
export type PlanningConfig = Pick<PipelineConfig, "thumbnails" | "metadata"> &
  Partial<Pick<PipelineConfig, "watermark" | "exif" | "tagging">>;

/** Inputs of a plan beside facts and configuration. */
export interface PlanningContext {
  /** The original's key; without it no watermark is planned that is meant for certain keys only. */
  readonly key?: string;
  /** The image's focal point: every crop keeps it in view, whatever its spec says. */
  readonly focalPoint?: FocalPoint;
}

/**
 * Plans all renditions of an original. A pure function: equal facts, configuration and context give an equal plan. Sizes come
 * from the upright source. A size beyond the limit of the output's encoder becomes the largest that it can, in the
 * same proportions. The plan's source holds a position only when the configuration asks for it, so that whatever is made
 * from a plan cannot tell it.
 */
export function planRenditions(
  facts: SourceFacts,
  config: PlanningConfig,
  context: PlanningContext = {},
): RenderPlan {
  const upright = computeUprightSize(facts, facts.orientation);
  return {
    source: config.exif?.position ? facts : removePosition(facts),
    upright,
    metadata: config.metadata,
    outputs: planOutputs({ ...facts, ...upright }, config, context),
    ...planTagging(facts, upright, config),
  };
}

/** The facts of an original that decide about its outputs; the size is of the upright picture. */
export type UprightFacts = Size & Pick<SourceFacts, "format" | "frames" | "colorSpace">;

/** The outputs of a plan: what a record keeps of its original is enough to plan them again. */
export function planOutputs(
  facts: UprightFacts,
  { thumbnails, watermark }: Pick<PlanningConfig, "thumbnails" | "watermark">,
  { key, focalPoint }: PlanningContext = {},
): readonly PlannedOutput[] {
  const { format, width, height } = facts;
  return Object.entries(thumbnails).flatMap(([name, spec]): readonly PlannedOutput[] => {
    if ("copy" in spec) return [{ kind: "copy", name, format, size: { width, height } }];
    const focused = applyFocalPoint(focalPoint, spec);
    return chooseOutputFormats(spec, facts).map((one) =>
      planImage(name, one, focused, facts, watermark, key),
    );
  });
}

/** Only a crop has something to keep in view: padding lies where the spec says. */
function applyFocalPoint(focalPoint: FocalPoint | undefined, spec: ThumbnailSpec): ThumbnailSpec {
  return focalPoint && spec.fit === "cover" ? { ...spec, position: focalPoint } : spec;
}

/** The name is no spec's: it would not do for a file. */
function planTagging(
  facts: SourceFacts,
  upright: Size,
  { tagging }: PlanningConfig,
): Pick<RenderPlan, "tagging"> {
  if (!tagging || tagging.provider === "none") return {};
  const output = planImage("(tagging)", "jpeg", TAGGING_SPEC, { ...facts, ...upright });
  return { tagging: { ...output, metadata: "strip" } };
}

/** Outputs have three bands of color: a profile for ink or for grays would be of other numbers than theirs. */
const HAS_RGB_PROFILE: ReadonlySet<string> = new Set(["srgb", "rgb16"]);

function removePosition({ exif, ...facts }: SourceFacts): SourceFacts {
  if (!exif) return facts;
  const { position, ...rest } = exif;
  return Object.keys(rest).length === 0 ? facts : { ...facts, exif: rest };
}

function planImage(
  name: string,
  format: OutputFormat,
  spec: ThumbnailSpec,
  facts: UprightFacts,
  watermark?: WatermarkPolicy,
  key?: string,
): PlannedImage {
  const { maxSide, animated } = getFormatFacts(format);
  const geometry = computeGeometry(facts, spec, maxSide);
  const frames = spec.animated && animated ? facts.frames : 1;
  const size = computeOutputSize(geometry);
  const smart = geometry.crop && (spec.position === "attention" || spec.position === "entropy");
  return {
    kind: "image",
    name,
    format,
    ...geometry,
    size,
    ...(smart && { smartCrop: spec.position as "attention" | "entropy" }),
    frames,
    flattened: frames < facts.frames,
    ...(spec.quality !== undefined && { quality: spec.quality }),
    effort: spec.effort,
    background: spec.background,
    profile: format !== "gif" && HAS_RGB_PROFILE.has(facts.colorSpace) ? spec.profile : "srgb",
    ...(watermark &&
      shouldWatermark(watermark, name, spec, size.width, key) && {
        watermark: placeWatermark(size, watermark),
      }),
  };
}

/**
 * The formats that a spec is written in. What is to move is not written in the formats that cannot, unless there is no
 * other: whoever takes the format that is listed first would get a picture that stands still.
 */
function chooseOutputFormats(spec: ThumbnailSpec, original: UprightFacts): readonly OutputFormat[] {
  const named = typeof spec.format === "string" ? [spec.format] : spec.format;
  const formats = [...new Set(named.map((format) => resolveFormat(format, original.format)))];
  const moving = formats.filter((format) => getFormatFacts(format).animated);
  return spec.animated && original.frames > 1 && moving.length > 0 ? moving : formats;
}

function resolveFormat(format: FormatChoice, original: ImageFormat): OutputFormat {
  if (format !== "original") return format;
  return OUTPUT_FORMATS.find((one) => one === original) ?? "png";
}
