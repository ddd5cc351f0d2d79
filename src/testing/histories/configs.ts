import {
  type ConfigurationInput,
  type PipelineConfig,
  pipelineConfig,
} from "../../domain/model/pipeline-config.js";

const square = { width: 6, height: 6 };

/**
 * Configurations that a history changes between, with specs of several formats. Two have the square in common, which a
 * change from one to the other must leave as it is, and the focal point moves; to the wide one the second adds a format.
 * The last differs from the first in all that a rendition shows.
 */
const SPECS: readonly ConfigurationInput["thumbnails"][] = [
  { square, copy: { copy: true as const }, wide: { width: 9, format: "jpeg" } },
  { square, wide: { width: 9, format: ["webp", "jpeg"] } },
  {
    square: { ...square, position: "east" as const, quality: 7 },
    wide: { width: 7, format: ["avif", "jpeg"] },
  },
];

/** Complete. */
export const CONFIGS: readonly PipelineConfig[] = SPECS.map((thumbnails) => pipelineConfig({ thumbnails }));
