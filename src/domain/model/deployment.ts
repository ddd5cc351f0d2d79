import { quote, refusalInWords } from "./errors.js";
import { computeConfigurationDigest, isSameConfiguration, type PipelineConfig } from "./pipeline-config.js";
import { SAFELIGHT_VERSION } from "./release.js";

/** By what a deployment settles images. */
export interface Deployment {
  /** The digest of the configuration and the engine, as `configuration` of the records that it settles. */
  readonly configuration: string;
  /** The engine and all versions that its pixels depend on. */
  readonly engine: string;
  /** The version of this package. */
  readonly safelight: string;
}

/** Describes the deployment that settles by this configuration and an engine of this version. */
export function describeDeployment(config: PipelineConfig, engineVersion: string): Deployment {
  return {
    configuration: computeConfigurationDigest(config, engineVersion),
    engine: engineVersion,
    safelight: SAFELIGHT_VERSION,
  };
}

const REMEDY =
  "have what settles images publish it first, or say that it is the deployment's from now on (newDeployment)";

/**
 * Throws `conflict` where what is at hand settles by another configuration or another engine than the deployment: all of
 * its images would seem to differ. The message says which of them, and what to do: `remedy`, in the words of whoever asks, or by
 * default in those of the library. The version of the package alone makes no difference.
 */
export function checkDeployment(atHand: Deployment, deployed: Deployment, remedy = REMEDY): void {
  if (!isSameConfiguration(atHand.configuration, deployed.configuration))
    throw refuseOther("the configuration", atHand.configuration, deployed.configuration, remedy);
  if (atHand.engine === deployed.engine) return;
  const [other, own] = [listParts(atHand.engine), listParts(deployed.engine)];
  throw refuseOther(
    "the engine",
    other.filter((part) => !own.includes(part)).join(" "),
    own.filter((part) => !other.includes(part)).join(" "),
    remedy,
  );
}

function refuseOther(what: string, atHand: string, deployed: string, remedy: string) {
  return refusalInWords(
    "conflict",
    `${what} of the deployment (${quote(deployed)})`,
    "comparing all images",
    `another one (${quote(atHand)}); ${remedy}`,
  );
}

function listParts(engine: string): readonly string[] {
  return engine.split(" ");
}
