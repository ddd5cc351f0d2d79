import { SafelightError, shown } from "../../domain/model/errors.js";
import type { ImageDescription } from "../../domain/model/image-record.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { composeLocal } from "./compose-local.js";
import { findImage } from "./find-image.js";
import { isDataDirectory } from "./options.js";

/** Opens a data directory that must be there, finds the image that is meant, and closes up after `use`. */
export async function withImage(
  dir: string,
  text: string,
  use: (image: ImageDescription, pipeline: Pipeline) => Promise<void>,
): Promise<void> {
  if (!isDataDirectory(dir)) {
    throw new SafelightError("not-found", `expected a data directory for --data but received ${shown(dir)}`);
  }
  const { pipeline, close } = await composeLocal({ dir });
  try {
    await use(await findImage(pipeline, text), pipeline);
  } finally {
    await close();
  }
}
