import { sharpEngine } from "../../src/adapters/sharp/index.js";
import type { SourceFacts } from "../../src/domain/model/image-metadata.js";
import type { MetadataPolicy } from "../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../src/domain/model/render-plan.js";
import {
  type ThumbnailSpec,
  type ThumbnailSpecs,
  thumbnailSpec,
} from "../../src/domain/model/thumbnail-spec.js";
import { DEFAULT_UPLOAD_POLICY, type UploadPolicy } from "../../src/domain/model/upload-policy.js";
import type { Rendered, RenderedImage } from "../../src/ports/image-engine.js";

const engine = sharpEngine();

/** Everything that can be decoded may come in. */
export const OPEN_POLICY: UploadPolicy = {
  ...DEFAULT_UPLOAD_POLICY,
  formats: ["jpeg", "png", "webp", "gif", "tiff", "avif", "heic"],
};

/** Inspects with the sharp engine. */
export function inspect(bytes: Uint8Array, policy: UploadPolicy = OPEN_POLICY): Promise<SourceFacts> {
  return engine.inspect(bytes, policy);
}

/** Inspects, plans and renders with the sharp engine. */
export async function renderAll(
  bytes: Uint8Array,
  thumbnails: ThumbnailSpecs,
  metadata: MetadataPolicy = "strip",
): Promise<Rendered> {
  return engine.render(bytes, planRenditions(await inspect(bytes), { thumbnails, metadata }));
}

/** The one output that a spec asks for. */
export async function renderOne(
  bytes: Uint8Array,
  spec: Partial<ThumbnailSpec> & ({ width: number } | { height: number }),
  metadata: MetadataPolicy = "strip",
): Promise<RenderedImage> {
  const { outputs } = await renderAll(bytes, { it: thumbnailSpec(spec) }, metadata);
  const [only] = outputs;
  if (!only) throw new Error("nothing was rendered");
  return only;
}
