import { hasCode } from "../../domain/model/errors.js";
import { getFormatFacts, IMAGE_FORMATS } from "../../domain/model/image-format.js";
import type { ImageDescription, RenditionDescription } from "../../domain/model/image-record.js";
import { planRenditions } from "../../domain/model/render-plan.js";
import { thumbnailSpec } from "../../domain/model/thumbnail-spec.js";
import type { UploadPolicy } from "../../domain/model/upload-policy.js";
import type { PipelinePorts } from "../../domain/pipeline.js";
import type { BlobStore } from "../../ports/blob-store.js";
import type { ImageEngine } from "../../ports/image-engine.js";

/** The stores and the engine that previews need. */
export type PreviewPorts = Pick<PipelinePorts, "originals" | "renditions" | "engine">;

/** Pictures small enough for a page, as `data:` addresses; absent where the bytes are gone. */
export interface Previews {
  readonly original?: string;
  /** By the rendition's name. */
  readonly renditions: ReadonlyMap<string, string>;
}

/** A rendition of at most so many bytes is shown as it is, larger ones by a preview: a page of 100 images stays under 10 MB. */
const MAX_EMBEDDED_BYTES = 24_000;

/** Twice the size that the page shows, for screens with two pixels where there was one. */
const PREVIEW = {
  preview: thumbnailSpec({ width: 480, height: 400, format: "webp", fit: "inside", animated: false }),
};

/** The limits for decoding originals, and a signal that cancels the drawing. */
export interface PreviewOptions {
  readonly uploads: UploadPolicy;
  readonly signal?: AbortSignal;
}

/**
 * Draws one image's original and renditions small. A page is given away: previews carry no metadata, and what is shown
 * as it is carries what its configuration let it keep.
 */
export async function drawPreviews(
  record: ImageDescription,
  { originals, renditions, engine }: PreviewPorts,
  options: PreviewOptions,
): Promise<Previews> {
  const original = await drawPreview(await readBytes(originals, record.key, options), engine, options);
  const made = new Map<string, string>();
  for (const rendition of record.renditions) {
    const bytes = await readBytes(renditions, rendition.key, options);
    const address =
      bytes && isEmbeddable(rendition, record)
        ? toDataUrl(getFormatFacts(rendition.format).contentType, bytes)
        : await drawPreview(bytes, engine, options);
    if (address !== undefined) made.set(rendition.key, address);
  }
  return { ...(original !== undefined && { original }), renditions: made };
}

/** A copy, which has the length of its original, is as private as that; TIFF is for no browser. */
function isEmbeddable({ bytes, format }: RenditionDescription, { source }: ImageDescription): boolean {
  return bytes <= MAX_EMBEDDED_BYTES && bytes !== source?.bytes && format !== "tiff";
}

async function readBytes(
  store: BlobStore,
  key: string,
  { signal }: PreviewOptions,
): Promise<Uint8Array | undefined> {
  try {
    return (await store.get(key, { signal })).bytes;
  } catch (error) {
    // Removed while the page is being made: it shows the facts without the picture.
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}

async function drawPreview(
  bytes: Uint8Array | undefined,
  engine: ImageEngine,
  { uploads, signal }: PreviewOptions,
): Promise<string | undefined> {
  if (!bytes) return undefined;
  // Renditions may have formats that are not let in.
  const facts = await engine.inspect(bytes, { ...uploads, formats: IMAGE_FORMATS }, { signal });
  const plan = planRenditions(facts, { thumbnails: PREVIEW, metadata: "strip" });
  const { outputs } = await engine.render(bytes, plan, { signal });
  return outputs[0] && toDataUrl("image/webp", outputs[0].bytes);
}

function toDataUrl(contentType: string, bytes: Uint8Array): string {
  return `data:${contentType};base64,${Buffer.from(bytes).toString("base64")}`;
}
