import type { Blob, BlobStore, PutOptions } from "../../ports/blob-store.js";
import type { ImageEngine, Rendered } from "../../ports/image-engine.js";
import { canonicalJson, sha256Hex, shortDigest } from "../model/digest.js";
import { hasCode, rejectsOriginal, SafelightError } from "../model/errors.js";
import { formatFacts } from "../model/image-format.js";
import { imageIdOf } from "../model/image-id.js";
import type { SourceFacts } from "../model/image-metadata.js";
import type { ImageRecord, Source } from "../model/image-record.js";
import type { PipelineConfig } from "../model/pipeline-config.js";
import { planRenditions, type RenderPlan } from "../model/render-plan.js";
import type { Rendition } from "../model/rendition.js";
import { decodeMarkKey, renditionKey } from "../model/storage-layout.js";
import { checkUploadPolicy } from "../model/upload-policy.js";
import type { Version } from "../model/version.js";
import { knownTags, type Tagged, type TaggingPorts, tagImage, UNTAGGED } from "./tag-image.js";

/** What rendering needs. */
export interface RenderPorts extends TaggingPorts {
  readonly originals: BlobStore;
  readonly renditions: BlobStore;
  readonly engine: ImageEngine;
  readonly config: PipelineConfig;
}

/** Which original is to be rendered, and for what. */
export interface RenderTask {
  readonly key: string;
  readonly version: Version;
  /** Only these bytes; `undefined`: whatever is there. */
  readonly ifMatch?: string;
  /** How often this work was begun, this time included. */
  readonly receives: number;
  /** Whether it will not be begun again. */
  readonly last: boolean;
  /** What is known about the image so far. */
  readonly record?: ImageRecord;
}

/** What one original came to, ready to be stored and committed. */
export interface RenderedOriginal {
  readonly content: { readonly status: "ready" | "rejected" } & Pick<
    ImageRecord,
    | "createdAt"
    | "contentHash"
    | "source"
    | "exif"
    | "placeholder"
    | "tags"
    | "tagging"
    | "renditions"
    | "failure"
  >;
  readonly files: readonly {
    readonly key: string;
    readonly bytes: Uint8Array;
    readonly options: PutOptions;
  }[];
}

/**
 * Reads, inspects, plans and renders an original, and writes none of the results: a failure here leaves nothing
 * behind. Resolves to `undefined` when the original is gone or has changed, because a later change is then on its way. What
 * blames the original becomes a rejected outcome; everything else is thrown and will be tried again.
 */
export async function renderOriginal(
  ports: RenderPorts,
  task: RenderTask,
  signal?: AbortSignal,
): Promise<RenderedOriginal | undefined> {
  const { key, ifMatch } = task;
  const { maxBytes } = ports.config.uploads;
  let blob: Blob | undefined;
  let createdAt: string | undefined;
  let facts: SourceFacts | undefined;
  try {
    blob = await ports.originals.get(key, { ifMatch, maxBytes, signal });
    createdAt = blob.storedAt.toISOString();
    facts = await ports.engine.inspect(blob.bytes, ports.config.uploads, { signal });
    checkUploadPolicy(facts, ports.config.uploads);
    const plan = planRenditions(facts, ports.config, key);
    const known = plan.tagging ? knownTags(task.record, blob.bytes, ports.config) : UNTAGGED;
    // What the tagger is shown comes out of the same decoding as the renditions.
    const shown = plan.tagging && !known ? [plan.tagging] : [];
    const wanted = { ...plan, outputs: [...plan.outputs, ...shown] };
    const rendered = await decodeGuarded(
      ports,
      task,
      () => ports.engine.render(blob?.bytes ?? NOTHING, wanted, { signal }),
      signal,
    );
    const jpeg = shown.length > 0 ? rendered.outputs.at(plan.outputs.length)?.bytes : undefined;
    const { dominantColor } = rendered.placeholder ?? {};
    const seen = jpeg && { facts: plan.source, jpeg, ...(dominantColor && { dominantColor }) };
    const tagged = known ?? (seen ? await tagImage(ports, imageIdOf(key), seen, signal) : UNTAGGED);
    const stored = { ...rendered, outputs: rendered.outputs.slice(0, plan.outputs.length) };
    return readyOutcome(ports, task, blob, facts, plan, stored, tagged);
  } catch (error) {
    if (!blob && (hasCode(error, "not-found") || hasCode(error, "conflict"))) return undefined;
    if (!rejectsOriginal(error) || (!blob && error.code !== "too-large")) throw error;
    createdAt ??= await storedAt(ports.originals, key, signal);
    if (createdAt === undefined) return undefined;
    const failure = { code: error.code, message: error.message };
    const known = {
      ...(blob && { contentHash: sha256Hex(blob.bytes) }),
      ...(blob && facts && { source: sourceOf(facts, blob) }),
    };
    return {
      content: { status: "rejected", createdAt, ...known, tags: [], renditions: [], failure },
      files: [],
    };
  }
}

/**
 * Decodes under a mark when an earlier receive did not come to its end. A picture that kills its process would
 * otherwise kill every process that tries it until the queue gives up on it, and nobody would be told why. The first
 * receive leaves no mark, so that the ordinary case costs nothing.
 */
async function decodeGuarded(
  { renditions }: RenderPorts,
  task: RenderTask,
  decode: () => Promise<Rendered>,
  signal?: AbortSignal,
): Promise<Rendered> {
  if (task.receives <= 1) return decode();
  const mark = decodeMarkKey(imageIdOf(task.key), task.version);
  if (task.last && (await storedAt(renditions, mark, signal)) !== undefined) {
    const message = `expected decoding to end but it killed its process on an earlier one of ${task.receives} receives`;
    throw new SafelightError("too-large", message);
  }
  await renditions.put(mark, NOTHING, { contentType: "application/octet-stream", signal });
  try {
    return await decode();
  } finally {
    // Not with the caller's signal: an abort must not leave a mark that speaks of a death.
    await renditions.delete(mark);
  }
}

const NOTHING = new Uint8Array();

function readyOutcome(
  { config, engine }: RenderPorts,
  { key, version }: RenderTask,
  blob: Blob,
  facts: SourceFacts,
  plan: RenderPlan,
  rendered: Rendered,
  tagged: Tagged,
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
      contentHash: source.sha256,
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

function sourceOf(facts: SourceFacts, blob: Blob): Source {
  const turned = facts.orientation >= 5;
  return {
    format: facts.format,
    contentType: formatFacts(facts.format).contentType,
    width: turned ? facts.height : facts.width,
    height: turned ? facts.width : facts.height,
    bytes: blob.bytes.length,
    sha256: sha256Hex(blob.bytes),
    orientation: facts.orientation,
    colourSpace: facts.colourSpace,
    hasAlpha: facts.hasAlpha,
    frames: facts.frames,
  };
}

async function storedAt(store: BlobStore, key: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return (await store.head(key, { signal })).storedAt.toISOString();
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}
