import { SafelightError } from "../../domain/model/errors.js";
import { NO_ENGINE_VERSION } from "../../domain/model/pipeline-status.js";
import type { ImageEngine } from "../../ports/image-engine.js";
import { type Module, override } from "./module.js";
import { tokens } from "./ports.js";

/**
 * Stands in for the engine where nothing is decoded, so that no decoder is loaded: every call throws `internal`. Requesting
 * processing needs no engine: the process that handles the request has one, and decides whether there is work to do. Who
 * compares images with what an engine would make of them says its `version`; by default it has none.
 */
export function noEngineModule(version: string = NO_ENGINE_VERSION): Module {
  return override(tokens.engine, () => createAbsentEngine(version));
}

/** An engine that has a version and nothing else. */
export function createAbsentEngine(version: string): ImageEngine {
  return { version, inspect: refuse, render: refuse };
}

const refuse = () => Promise.reject(new SafelightError("internal", "this process has no image engine"));
