import { SafelightError } from "../../domain/model/errors.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import { type Module, override } from "./module.js";
import { tokens } from "./ports.js";

/**
 * Stands in for the engine where nothing is decoded, so that no decoder is loaded: what it is asked, it refuses with
 * `internal`. An ask to process needs no engine: whoever settles it has one, and decides whether there is anything to do.
 */
export function noEngineModule(): Module {
  return override(tokens.engine, () => NO_ENGINE);
}

const refuse = () =>
  Promise.reject(
    new SafelightError("internal", "expected a process with an image engine but this one has none"),
  );

const NO_ENGINE: ImageEngine = { version: "none", inspect: refuse, render: refuse };
