import { type Asset, type AssetInput, asset } from "./asset.js";
import type { Check, CheckContext, Written } from "./checks.js";
import * as is from "./checks.js";
import { computeShortDigest, toCanonicalJson } from "./digest.js";
import { DEFAULT_TAGGING, type TaggingPolicy, tagging } from "./tagging-policy.js";
import {
  type CopySpec,
  type ThumbnailSpec,
  type ThumbnailSpecInput,
  type ThumbnailSpecs,
  thumbnailSpec,
  thumbnailSpecs,
} from "./thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY, type UploadPolicy, uploads } from "./upload-policy.js";
import { createWatermarkCheck, type WatermarkInput, type WatermarkPolicy } from "./watermark-policy.js";
import { checkWebhooks, type WebhookInput, type Webhooks } from "./webhook.js";

/** Which embedded metadata a rendition keeps. A copy keeps all by its nature. */
export type MetadataPolicy = "strip" | "keep-copyright" | "keep-all";

/** The whole configuration as domain values, complete: only a watermark may be left out, and then nothing is watermarked. */
export interface PipelineConfig {
  readonly thumbnails: ThumbnailSpecs;
  readonly uploads: UploadPolicy;
  readonly metadata: MetadataPolicy;
  /** `position`: whether plans, records and events hold the place where a picture was taken. */
  readonly exif: { readonly position: boolean };
  readonly watermark?: WatermarkPolicy;
  readonly tagging: TaggingPolicy;
  /** Subscribers to send the events to, by name. */
  readonly webhooks?: Webhooks;
}

/** The metadata policies, for validation and for generators. */
export const METADATA_POLICIES: readonly MetadataPolicy[] = ["strip", "keep-copyright", "keep-all"];

/**
 * The configuration as people write it: what is left out is as in `DEFAULT_CONFIG`, which is itself such a
 * configuration. `File` is what stands for a file: bytes in code, a path in a configuration file.
 */
export interface ConfigurationInput<File = AssetInput> {
  /** For editors; means nothing here. */
  readonly $schema?: string;
  /** The renditions to make, by name. Replaces the default specs. */
  readonly thumbnails?: Readonly<Record<string, ThumbnailSpecInput | ThumbnailSpec | CopySpec>>;
  readonly uploads?: Partial<UploadPolicy>;
  readonly metadata?: MetadataPolicy;
  readonly exif?: Partial<PipelineConfig["exif"]>;
  /** Default: no watermark. */
  readonly watermark?: WatermarkInput<File>;
  readonly tagging?: Partial<TaggingPolicy>;
  /** Subscribers to send the events to, by name. Default: none. */
  readonly webhooks?: Readonly<Record<string, WebhookInput>>;
}

/**
 * Completes a configuration. Its result is a legal configuration that means the same, and nobody can change it. Throws
 * one `invalid-input` that names every wrong path, such as `thumbnails.card.width`.
 */
export function pipelineConfig(written: ConfigurationInput = {}): PipelineConfig {
  return is.runCheck("the configuration", createConfigurationCheck(asset), written);
}

/** Reads a configuration in which `file` reads what stands for a file. */
export function createConfigurationCheck(file: Check<Asset>): Check<PipelineConfig> {
  const whole = is.checkSection<Written>(
    {
      $schema: is.checkText("the address of a schema", /^/),
      thumbnails: thumbnailSpecs,
      watermark: createWatermarkCheck(file),
      uploads,
      metadata: is.checkChoice(METADATA_POLICIES),
      exif: is.checkSection<PipelineConfig["exif"]>({ position: is.yesOrNo }, () => DEFAULTS.exif),
      tagging,
      webhooks: checkWebhooks,
    },
    (written, context) => {
      refuseLooseEnds(written, context);
      return DEFAULTS;
    },
  );
  return (value, context) => {
    const { $schema: _, ...config } = whole(value, context) ?? {};
    return Object.freeze(config) as unknown as PipelineConfig;
  };
}

/** Refuses references between the specs and the watermark that lead nowhere, whatever else is wrong with them. */
function refuseLooseEnds({ thumbnails, watermark }: Written, context: CheckContext): void {
  const specs = is.listEntries(thumbnails ?? DEFAULTS.thumbnails) ?? [];
  const names = specs.map(([name]) => name);
  const listed = context.descend("watermark").descend("specs");
  const chosen: unknown = new Map(is.listEntries(watermark)).get("specs");
  for (const [index, name] of (Array.isArray(chosen) ? chosen : []).entries())
    if (typeof name === "string" && !names.includes(name))
      listed.descend(index).refuse(`one of the specs ${names.map(String).join(", ")}`, name);
  if (watermark !== undefined) return;
  // Leaving out such a watermark would be the one surprise that cannot be taken back once it is published.
  for (const [name, spec] of specs)
    if (new Map(is.listEntries(spec)).get("watermark") === true)
      context
        .descend("thumbnails")
        .descend(name)
        .descend("watermark")
        .refuse("a watermark policy to go with it", true);
}

const DEFAULTS = {
  thumbnails: {
    thumb: thumbnailSpec({ width: 200, height: 200, fit: "cover", format: "jpeg" }),
    preview: thumbnailSpec({ width: 1280, format: "webp" }),
  },
  uploads: DEFAULT_UPLOAD_POLICY,
  metadata: "strip",
  exif: { position: false },
  tagging: DEFAULT_TAGGING,
} as const;

/** Makes an empty file useful: a square for lists and a picture for pages. */
export const DEFAULT_CONFIG: PipelineConfig = pipelineConfig(DEFAULTS);

/**
 * Identifies everything beside the original that decides what a settlement stores: the configuration and the
 * engine's versions, one part each with a dot between. Two records with the same digest were made by the same rules. Who is
 * told of it is no part of that.
 */
export function computeConfigurationDigest(
  { webhooks: _, ...config }: PipelineConfig,
  engineVersion: string,
): string {
  return `${computeShortDigest(toCanonicalJson(config))}.${computeShortDigest(engineVersion)}`;
}

/** Whether two digests of {@link computeConfigurationDigest} are of one configuration, though maybe of two engines. */
export function isSameConfiguration(digest: string, other: string): boolean {
  return digest.split(".", 1).join() === other.split(".", 1).join();
}
