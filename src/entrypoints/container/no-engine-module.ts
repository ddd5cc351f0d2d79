import { SafelightError } from "../../domain/model/errors.js";
import { NO_ENGINE_VERSION } from "../../domain/model/pipeline-status.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import { type Module, override } from "./module.js";
import { tokens } from "./ports.js";

/**
 * Stands in for the engine where nothing is decoded, so that no decoder is loaded: every call throws `internal`. Requesting
 * processing needs no engine: the process that handles the request has one, and decides whether there is work to do.
 */
export function noEngineModule(): Module {
  return override(tokens.engine, () => NO_ENGINE);
}

const refuse = () => Promise.reject(new SafelightError("internal", "this process has no image engine"));

const NO_ENGINE: ImageEngine = { version: NO_ENGINE_VERSION, inspect: refuse, render: refuse };
