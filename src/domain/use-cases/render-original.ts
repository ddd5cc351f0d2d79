import type { Blob, BlobInfo } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Rendered } from "../../ports/image-engine.js";
import type { TaggingInput } from "../../ports/image-tagger.js";
import { contentHashOf } from "../model/digest.js";
import { hasCode, refusalInWords, rejectsOriginal } from "../model/errors.js";
import { storedFileName } from "../model/file-name.js";
import { imageIdOf } from "../model/image-id.js";
import type { SourceFacts } from "../model/image-metadata.js";
import { planRenditions, type RenderPlan } from "../model/render-plan.js";
import { decodeUnderMark } from "./decode-under-mark.js";
import { findBlob } from "./find-blob.js";
import { readyOutcome, sourceOf } from "./ready-outcome.js";
import type { RenderedOriginal, RenderPorts, RenderTask } from "./render-task.js";
import { knownTags, tagImage, UNTAGGED } from "./tag-image.js";

/**
 * Reads, inspects, plans and renders an original, and writes none of the results: a failure here leaves nothing
 * behind. Resolves to `undefined` when the original is gone or has changed, because a later change is then on its way. What
 * blames the original becomes a rejected outcome; everything else is thrown and will be tried again.
 */
export async function renderOriginal(
  ports: RenderPorts,
  task: RenderTask,
  { signal }: CallOptions = {},
): Promise<RenderedOriginal | undefined> {
  const { key, ifMatch } = task;
  const { maxBytes } = ports.config.uploads;
  let blob: Blob | undefined;
  let facts: SourceFacts | undefined;
  try {
    blob = await ports.originals.get(key, { ifMatch, maxBytes, signal });
    const { bytes } = blob;
    facts = await ports.engine.inspect(blob.bytes, ports.config.uploads, { signal });
    const plan = planRenditions(facts, ports.config, key);
    const { tagging, ...untagged } = plan;
    const known = tagging ? knownTags(task.record, blob, ports.config) : UNTAGGED;
    const decode = () => ports.engine.render(bytes, known ? untagged : plan, { signal });
    const rendered = ports.engine.isolated
      ? await decode()
      : await decodeUnderMark(ports, task, decode, { signal });
    const tagged = known ?? (await tagImage(ports, imageIdOf(key), shownIn(rendered, plan), { signal }));
    return readyOutcome(ports, task, { blob, facts, plan, rendered, tagged });
  } catch (error) {
    if (!blob && (hasCode(error, "not-found") || hasCode(error, "conflict"))) return undefined;
    if (!rejectsOriginal(error) || (!blob && error.code !== "too-large")) throw error;
    const original: BlobInfo | undefined = blob ?? (await findBlob(ports.originals, key, { signal }));
    if (!original) return undefined;
    const { etag, storedAt } = original;
    const created = { createdAt: storedAt.toISOString(), fileName: storedFileName(original), etag };
    const failure = { code: error.code, message: error.message };
    const known = {
      ...(blob && { contentHash: contentHashOf(blob) }),
      ...(blob && facts && { source: sourceOf(facts, blob) }),
    };
    return {
      content: { status: "rejected", ...created, ...known, tags: [], renditions: [], failure },
      files: [],
    };
  }
}

/** What the tagger is shown. Without it nobody is asked, and what moderation would hold back must not pass for that. */
function shownIn({ tagging, placeholder }: Rendered, { source }: RenderPlan): TaggingInput {
  if (!tagging) throw refusalInWords("internal", "a picture from the engine", "the tagger", "none");
  return {
    facts: source,
    jpeg: tagging.bytes,
    ...(placeholder && { dominantColor: placeholder.dominantColor }),
  };
}
