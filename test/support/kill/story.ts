import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { originalKey } from "../../../src/domain/model/original-key.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";

/** The pictures that the story needs, by the names of their files. */
export const CAST = ["a1", "a2", "b", "c", "d"] as const;

/**
 * A short life with everything in it: uploads side by side, an overwrite, a forced rendering, a removal, the same bytes
 * again, a late settling.
 */
export async function playStory(pipeline: Pipeline, pictures: string): Promise<void> {
  const readPicture = (name: (typeof CAST)[number]) =>
    new Uint8Array(readFileSync(join(pictures, `${name}.jpg`)));
  await pipeline.drainQueue();
  await Promise.all([
    pipeline.process({ key: "a.jpg", bytes: readPicture("a1") }),
    pipeline.process({ key: "b.jpg", bytes: readPicture("b") }),
    pipeline.process({ key: "deep/c.jpg", bytes: readPicture("c") }),
  ]);
  await pipeline.process({ key: "a.jpg", bytes: readPicture("a2") });
  await pipeline.process({ key: "b.jpg", bytes: readPicture("b") }, { force: true });
  await pipeline.remove(deriveImageId(originalKey("deep/c.jpg")));
  await pipeline.upload({ key: "d.jpg", bytes: readPicture("d") });
  await pipeline.upload({ key: "d.jpg", bytes: readPicture("d") });
  await pipeline.drainQueue();
}
