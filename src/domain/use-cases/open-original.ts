import type { Blob, BlobInfo } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import { computeContentHash } from "../model/digest.js";
import { hasCode, rejectsOriginal } from "../model/errors.js";
import { readStoredFileName } from "../model/file-name.js";
import { getFormatFacts } from "../model/image-format.js";
import type { SourceFacts } from "../model/image-metadata.js";
import type { Source } from "../model/image-record.js";
import { readStoredOwner } from "../model/owner.js";
import { computeUprightSize } from "../model/size.js";
import { findBlob } from "./find-blob.js";
import { confirmFault } from "./prove-engine.js";
import type { OriginalContent, RenderPorts, RenderTask } from "./render-task.js";

/** An original that was read and understood. */
export interface OpenOriginal {
  readonly blob: Blob;
  readonly facts: SourceFacts;
  readonly source: Source;
}

/**
 * Reads and inspects an original. Resolves to `undefined` when it is gone or has changed, because a later change is then
 * on its way, and to a rejection for what blames the original; everything else is thrown and will be tried again.
 */
export async function openOriginal(
  ports: Pick<RenderPorts, "originals" | "engine" | "config">,
  { key, ifMatch, isFinal }: RenderTask,
  { signal }: CallOptions = {},
): Promise<{ readonly original: OpenOriginal } | { readonly rejected: OriginalContent } | undefined> {
  const { maxBytes } = ports.config.uploads;
  let blob: Blob | undefined;
  try {
    const read = await ports.originals.get(key, { ifMatch, maxBytes, signal });
    blob = read;
    const inspect = () => ports.engine.inspect(read.bytes, ports.config.uploads, { signal });
    // Nobody knows its format yet: any reader that it may have met is tried.
    const suspect = { key, formats: ports.config.uploads.formats, isFinal };
    const facts = await confirmFault(ports, suspect, inspect, { signal });
    return { original: { blob: read, facts, source: toSource(facts, read) } };
  } catch (error) {
    if (!blob && (hasCode(error, "not-found") || hasCode(error, "conflict"))) return undefined;
    // Before it was read only its size can be to blame: a store that refuses its caller says nothing of the picture.
    if (!blob && !hasCode(error, "too-large")) throw error;
    const info = blob ?? (await findBlob(ports.originals, key, { signal }));
    return (
      info && { rejected: toRejection(ports, error, info, blob && { contentHash: computeContentHash(blob) }) }
    );
  }
}

/** Converts an error that the original caused to the fields of its record. Throws any other error. */
export function toRejection(
  ports: Pick<RenderPorts, "config">,
  error: unknown,
  info: BlobInfo,
  known: Pick<OriginalContent, "contentHash" | "source"> = {},
): OriginalContent {
  if (!rejectsOriginal(error)) throw error;
  const { code, message } = error;
  const facts = { ...readStoredFacts(ports, info), ...known };
  return { status: "rejected", ...facts, tags: [], renditions: [], failure: { code, message } };
}

/** Reads the fields of a record that depend on how its original is stored. */
export function readStoredFacts({ config }: Pick<RenderPorts, "config">, info: BlobInfo) {
  const owner = readStoredOwner(info, config.uploads);
  return {
    createdAt: info.storedAt.toISOString(),
    fileName: readStoredFileName(info),
    etag: info.etag,
    ...(owner !== undefined && { owner }),
  };
}

/** Picks the facts of the original that a record keeps. */
function toSource(facts: SourceFacts, blob: Blob): Source {
  return {
    format: facts.format,
    contentType: getFormatFacts(facts.format).contentType,
    ...computeUprightSize(facts, facts.orientation),
    bytes: blob.bytes.length,
    sha256: computeContentHash(blob),
    orientation: facts.orientation,
    colorSpace: facts.colorSpace,
    hasAlpha: facts.hasAlpha,
    frames: facts.frames,
    ...(facts.warnings && { warnings: facts.warnings }),
  };
}
