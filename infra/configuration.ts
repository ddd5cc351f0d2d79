import { dirname, resolve } from "node:path";
import type { Asset, AssetInput } from "../src/domain/model/asset.js";
import { listEntries, runCheck } from "../src/domain/model/checks.js";
import { invalidInput, quote, SafelightError } from "../src/domain/model/errors.js";
import {
  type ConfigurationInput,
  createConfigurationCheck,
  type PipelineConfig,
} from "../src/domain/model/pipeline-config.js";
import type { TaggingPolicy } from "../src/domain/model/tagging-policy.js";
import { DEFAULT_CONFIG_FILE } from "../src/entrypoints/configuration/load-configuration.js";
import { createFileCheck, readDocument } from "../src/entrypoints/configuration/read-files.js";

/** The settings of tagging, as in the configuration but for its provider. */
export interface TaggingInput extends Omit<Partial<TaggingPolicy>, "provider"> {
  /**
   * How many images are tagged later side by side, 2 to 1,000: those that Rekognition refused or could not be asked
   * about. Each takes about half a second.
   *
   * @default 2, which suits the quota of 5 pictures a second that most regions have
   */
  readonly maxConcurrency?: number;
}

/** A completed configuration, and the files that go beside the code of each function. */
export interface DeployedConfiguration {
  readonly configuration: PipelineConfig;
  /** By name inside the function's folder. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * Reads and checks a configuration while the stack is synthesized, so that what is wrong with it fails there and not
 * with the first upload. It lies beside each function's code, completed, with the watermark's image and font that it names.
 */
export function loadDeployedConfiguration(
  given: string | ConfigurationInput<string | AssetInput> = {},
  tagging?: boolean | TaggingInput,
): DeployedConfiguration {
  const isPath = typeof given === "string";
  const directory = isPath ? dirname(resolve(given)) : ".";
  const written: unknown = isPath ? readDocument(resolve(given), given) : given;
  const configuration = runCheck(
    isPath ? quote(given) : "the configuration",
    createConfigurationCheck(createFileCheck(directory)),
    tagging === undefined ? written : overrideTagging(written, tagging),
  );
  const { provider } = configuration.tagging;
  if (provider !== "none" && provider !== "rekognition")
    throw invalidInput(
      '"none" or "rekognition" on AWS (tagging: true or false)',
      "tagging.provider",
      provider,
    );
  const subscribers = Object.keys(configuration.webhooks ?? {});
  if (subscribers.length > 0)
    throw new SafelightError(
      "invalid-input",
      `expected no webhooks in the configuration on AWS but received ${subscribers.map((name) => quote(name)).join(", ")}; ` +
        "pass them as the property webhooks of ImagePipeline, since SNS posts them there and signs with no secret of yours",
    );
  return { configuration, files: collectFiles(configuration) };
}

function collectFiles({ watermark, ...others }: PipelineConfig): DeployedConfiguration["files"] {
  const files = new Map<string, string | Uint8Array>();
  const pack = (key: string, asset: Asset | undefined) => {
    if (asset === undefined) return {};
    files.set(`watermark-${key}`, asset.bytes);
    return { [key]: `watermark-${key}` };
  };
  const watermarkFiles = watermark && {
    ...watermark,
    ...("image" in watermark ? pack("image", watermark.image) : pack("font", watermark.font)),
  };
  return files.set(
    DEFAULT_CONFIG_FILE,
    `${JSON.stringify({ ...others, watermark: watermarkFiles }, null, 2)}\n`,
  );
}

/** Over what was written, which is checked afterwards as a whole. */
function overrideTagging(written: unknown, tagging: boolean | TaggingInput): unknown {
  const whole = listEntries(written);
  if (whole === undefined) return written;
  const { tagging: before = {}, ...others } = Object.fromEntries(whole);
  const settingsBefore = listEntries(before);
  if (settingsBefore === undefined) return written;
  const { maxConcurrency: _pace, ...settings } = typeof tagging === "object" ? tagging : {};
  const provider = tagging === false ? "none" : "rekognition";
  return { ...others, tagging: { ...Object.fromEntries(settingsBefore), ...settings, provider } };
}
