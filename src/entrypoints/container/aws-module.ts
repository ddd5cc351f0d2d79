import { ContainerModule } from "inversify";
import { type AwsAdapters, type AwsOptions, aws, RekognitionTagger } from "../../adapters/aws/index.js";
import type { Module } from "./module.js";
import { provide } from "./provide.js";
import { provideStores } from "./stores.js";
import { optional, token } from "./token.js";
import { tokens } from "./tokens.js";

/**
 * Provides every port but the engine, on Amazon Web Services, and the tagger if there is a client for it. The clock
 * and the log are those of the container, if it holds any; the tagger is asked what `tagging` says, or the container's
 * configuration without it. The clients stay the caller's to destroy.
 * Has a subpath of its own, `safelight/container/aws`, because loading it loads the SDK.
 */
export function awsModule(options: Omit<AwsOptions, "clock" | "log">): Module {
  const family = token<AwsAdapters>("the AWS adapters");
  return new ContainerModule(({ bind }) => {
    provide(bind, family, (clock, log) => aws({ ...options, ...(clock && { clock }), ...(log && { log }) }), [
      optional(tokens.clock),
      optional(tokens.log),
    ]);
    provideStores(bind, family);
    const { rekognition } = options.clients;
    if (rekognition)
      provide(
        bind,
        tokens.tagger,
        (config) => {
          const { maxLabels, minConfidence, moderation } = config?.tagging ?? {};
          const wanted = { maxLabels, minConfidence, moderation };
          return new RekognitionTagger({ client: rekognition, ...(options.tagging ?? wanted) });
        },
        [optional(tokens.config)],
      );
  });
}
