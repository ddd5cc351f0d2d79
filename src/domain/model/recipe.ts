import { computeShortDigest, toCanonicalJson } from "./digest.js";
import type { MetadataPolicy } from "./pipeline-config.js";
import type { PlannedOutput } from "./render-plan.js";

/** Everything a rendition is made from, beside its planned output. */
export interface Ingredients {
  /** Of the original's bytes. */
  readonly sha256: string;
  readonly metadata: MetadataPolicy;
  /** The engine and its versions. */
  readonly engine: string;
}

/**
 * The digest of all that one rendition shows: the original's bytes, its own planned output with focal point, watermark and
 * font, the metadata that is kept and the engine. Renditions with the same recipe are the same picture, though not
 * always the same bytes: which outputs share a decoding decides those, so recipes are compared and never name a file.
 */
export function deriveRecipe(output: PlannedOutput, { sha256, metadata, engine }: Ingredients): string {
  return computeShortDigest(toCanonicalJson({ original: sha256, output, metadata, engine }));
}
