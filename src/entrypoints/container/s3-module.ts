import { ContainerModule } from "inversify";
import { type S3Adapters, type S3Options, s3 } from "../../adapters/s3/index.js";
import { type Module, provide } from "./module.js";
import { tokens } from "./ports.js";
import { portsModule } from "./ports-module.js";
import { optional, token } from "./token.js";
import { unorderedOriginals } from "./unordered-originals.js";

/** The adapters of the store themselves, to decorate one of them. */
export const s3Adapters = token<S3Adapters>("the adapters of the S3 store");

/**
 * Provides renditions and their URLs on a store that speaks S3, and its originals to the module that puts them in order:
 * `postgresModule`. The clock is that of the container, if it has any. Closing the composition ends the connections. It is
 * exported by `safelight/container/s3` alone, because loading it loads the SDK.
 */
export function s3Module(options: Omit<S3Options, "clock">): Module {
  const ports = portsModule(
    s3Adapters,
    ["renditions", "urls"],
    (clock) => s3({ ...options, clock }),
    [optional(tokens.clock)],
    (adapters) => adapters.close(),
  );
  return new ContainerModule((load) => {
    provide(load.bind, unorderedOriginals, (adapters) => adapters, [s3Adapters]);
    ports.load(load);
  });
}
