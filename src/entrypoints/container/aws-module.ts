import { type AwsAdapters, type AwsOptions, aws } from "../../adapters/aws/index.js";
import { familyModule } from "./family-module.js";
import type { Module } from "./module.js";
import { tokens } from "./ports.js";
import { optional, token } from "./token.js";

/** The AWS adapters themselves, to decorate one of them. */
export const awsAdapters = token<AwsAdapters>("the AWS adapters");

/**
 * Provides every port but the engine, on Amazon Web Services. The clock and the log are those of the container, if it
 * has any; the tagger follows `tagging`, or without it the container's configuration. It is exported by
 * `safelight/container/aws` alone, because loading it loads the SDK.
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
