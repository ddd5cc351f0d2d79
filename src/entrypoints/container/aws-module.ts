import { type AwsAdapters, type AwsOptions, aws } from "../../adapters/aws/index.js";
import { familyModule } from "./family-module.js";
import type { Module } from "./module.js";
import { tokens } from "./ports.js";
import { optional, token } from "./token.js";

/** The AWS adapters themselves, for who decorates one of them. */
export const awsAdapters = token<AwsAdapters>("the AWS adapters");

/**
 * Provides every port but the engine, on Amazon Web Services. The clock and the log are those of the container, if it
 * holds any; the tagger is asked what `tagging` says, or the container's configuration without it.
 * Has a subpath of its own, `safelight/container/aws`, because loading it loads the SDK.
 */
export function awsModule(options: Omit<AwsOptions, "clock" | "log">): Module {
  return familyModule(
    awsAdapters,
    (clock, log, config) => {
      const { maxLabels, minConfidence, moderation } = config?.tagging ?? {};
      return aws({ tagging: { maxLabels, minConfidence, moderation }, ...options, clock, log });
    },
    [optional(tokens.clock), optional(tokens.log), optional(tokens.config)],
  );
}
