import type { Blob } from "../../ports/blob-store.js";
import type { Rendered } from "../../ports/image-engine.js";
import { canonicalJson, contentHashOf, shortDigest } from "../model/digest.js";
import { storedFileName } from "../model/file-name.js";
import { formatFacts } from "../model/image-format.js";
import { imageIdOf } from "../model/image-id.js";
import type { SourceFacts } from "../model/image-metadata.js";
import type { Source } from "../model/image-record.js";
import type { RenderPlan } from "../model/render-plan.js";
import type { Rendition } from "../model/rendition.js";
import { uprightSize } from "../model/size.js";
import { renditionKey } from "../model/storage-layout.js";
import type { RenderedOriginal, RenderPorts, RenderTask } from "./render-task.js";
import type { Tagged } from "./tag-image.js";

/** All that is known once an original was rendered. */
export interface RenderingResult {
  readonly blob: Blob;
  readonly facts: SourceFacts;
  readonly plan: RenderPlan;
  readonly rendered: Rendered;
  readonly tagged: Tagged;
}

/** Names the files of a rendering and describes them for the record. */
export function readyOutcome(
  { config, engine }: RenderPorts,
  { key, version }: RenderTask,
  { blob, facts, plan, rendered, tagged }: RenderingResult,
): RenderedOriginal {
  const source = sourceOf(facts, blob);
  const fingerprint = shortDigest(canonicalJson({ original: source.sha256, plan, engine: engine.version }));
  const made = rendered.outputs.map(({ name, bytes, format, width, height, frames }) => {
    const copy = "copy" in (config.thumbnails[name] ?? {});
    const { contentType, extension } = formatFacts(format);
    const planned = plan.outputs.find((output) => output.name === name);
    const rendition: Rendition = {
      name,
      key: renditionKey(imageIdOf(key), version, fingerprint, name, extension),
      format,
      width,
      height,
      bytes: bytes.length,
      watermarked: planned?.kind === "image" && planned.watermark !== undefined,
      ...(frames > 1 && { frames }),
      ...(frames < facts.frames && { flattened: true as const }),
    };
    // Copies keep whatever hides in the original, a page in disguise for example: never to be shown by a browser in place.
    const options = { contentType, cacheControl: IMMUTABLE, ...(copy && { disposition: "attachment" }) };
    return { rendition, file: { key: rendition.key, bytes, options } };
  });
  return {
    content: {
      status: "ready",
      createdAt: blob.storedAt.toISOString(),
      fileName: storedFileName(blob),
      contentHash: source.sha256,
      etag: blob.etag,
      source,
      // The plan's facts, not the engine's: these hold a position only where it is asked for.
      ...(plan.source.exif && { exif: plan.source.exif }),
      ...(rendered.placeholder && { placeholder: rendered.placeholder }),
      ...tagged,
      renditions: made.map(({ rendition }) => rendition),
    },
    files: made.map(({ file }) => file),
  };
}

/** A rendition key is never used for other bytes, so whoever holds a copy may keep it for ever (RFC 8246). */
const IMMUTABLE = "public, max-age=31536000, immutable";

/** What a record keeps of the original's facts. */
export function sourceOf(facts: SourceFacts, blob: Blob): Source {
  return {
    format: facts.format,
    contentType: formatFacts(facts.format).contentType,
    ...uprightSize(facts, facts.orientation),
    bytes: blob.bytes.length,
    sha256: contentHashOf(blob),
    orientation: facts.orientation,
    colourSpace: facts.colourSpace,
    hasAlpha: facts.hasAlpha,
    frames: facts.frames,
  };
}
