import type { CallOptions } from "../../ports/call-options.js";
import type { Rendered } from "../../ports/image-engine.js";
import { computeShortDigest, toCanonicalJson } from "../model/digest.js";
import { getFormatFacts } from "../model/image-format.js";
import { deriveImageId } from "../model/image-id.js";
import type { Source } from "../model/image-record.js";
import type { RenderPlan } from "../model/render-plan.js";
import { type Rendition, toRenditionFileName } from "../model/rendition.js";
import { renditionKey } from "../model/storage-layout.js";
import type { Recipes } from "./kept-renditions.js";
import type { RenderPorts, RenderTask } from "./render-task.js";

/** The result of one rendering. */
export interface Output {
  /** As it was given to the engine: which outputs share a decoding decides their bytes. */
  readonly plan: RenderPlan;
  readonly recipes: Recipes;
  readonly source: Source;
  readonly rendered: Rendered;
}

/** Stores the outputs of one rendering under keys of its version and resolves to what a record says of them. */
export async function storeOutputs(
  { config, engine, renditions }: Pick<RenderPorts, "config" | "engine" | "renditions">,
  { key, version }: RenderTask,
  { plan, recipes, source, rendered }: Output,
  { signal }: CallOptions,
): Promise<readonly Rendition[]> {
  const fingerprint = computeShortDigest(
    toCanonicalJson({ original: source.sha256, plan, engine: engine.version }),
  );
  const outputs = rendered.outputs.map(({ name, bytes, format, width, height, frames }) => {
    const copy = "copy" in (config.thumbnails[name] ?? {});
    const { contentType, extension } = getFormatFacts(format);
    const file = toRenditionFileName({ name, format });
    const planned = plan.outputs.find((output) => toRenditionFileName(output) === file);
    const rendition: Rendition = {
      name,
      key: renditionKey(deriveImageId(key), version, fingerprint, name, extension),
      recipe: recipes.get(file) ?? "",
      format,
      width,
      height,
      bytes: bytes.length,
      watermarked: planned?.kind === "image" && planned.watermark !== undefined,
      ...(frames > 1 && { frames }),
      ...(frames < source.frames && { flattened: true as const }),
    };
    // Copies keep whatever hides in the original, a page in disguise for example: never to be shown by a browser in place.
    const options = { contentType, cacheControl: IMMUTABLE, ...(copy && { disposition: "attachment" }) };
    return { rendition, bytes, options };
  });
  // All are awaited even if one fails: a write still under way after this handler has given up could land after
  // everybody has cleaned up.
  const puts = outputs.map(({ rendition, bytes, options }) =>
    renditions.put(rendition.key, bytes, { ...options, signal }),
  );
  const failed = (await Promise.allSettled(puts)).find((put) => put.status === "rejected");
  if (failed) throw failed.reason;
  return outputs.map(({ rendition }) => rendition);
}

/** A rendition key is never used for other bytes, so whoever holds a copy may keep it forever (RFC 8246). */
const IMMUTABLE = "public, max-age=31536000, immutable";
