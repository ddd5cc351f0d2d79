import type { Blob, BlobInfo } from "../../ports/blob-store.js";
import { contentHashOf } from "../model/digest.js";
import { hasCode, rejectsOriginal } from "../model/errors.js";
import { storedFileName } from "../model/file-name.js";
import { imageIdOf } from "../model/image-id.js";
import type { SourceFacts } from "../model/image-metadata.js";
import { planRenditions } from "../model/render-plan.js";
import { checkUploadPolicy } from "../model/upload-policy.js";
import { decodeUnderMark } from "./decode-under-mark.js";
import { lookAtOriginal } from "./look-at-original.js";
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
  signal?: AbortSignal,
): Promise<RenderedOriginal | undefined> {
  const { key, ifMatch } = task;
  const { maxBytes } = ports.config.uploads;
  let blob: Blob | undefined;
  let facts: SourceFacts | undefined;
  try {
    blob = await ports.originals.get(key, { ifMatch, maxBytes, signal });
    const { bytes } = blob;
    facts = await ports.engine.inspect(blob.bytes, ports.config.uploads, { signal });
    checkUploadPolicy(facts, ports.config.uploads);
    const plan = planRenditions(facts, ports.config, key);
    const known = plan.tagging ? knownTags(task.record, blob, ports.config) : UNTAGGED;
    // What the tagger is shown comes out of the same decoding as the renditions.
    const shown = plan.tagging && !known ? [plan.tagging] : [];
    const wanted = { ...plan, outputs: [...plan.outputs, ...shown] };
    const decode = () => ports.engine.render(bytes, wanted, { signal });
    const rendered = ports.engine.isolated
      ? await decode()
      : await decodeUnderMark(ports.renditions, task, decode, signal);
    const jpeg = shown.length > 0 ? rendered.outputs.at(plan.outputs.length)?.bytes : undefined;
    const { dominantColor } = rendered.placeholder ?? {};
    const seen = jpeg && { facts: plan.source, jpeg, ...(dominantColor && { dominantColor }) };
    const tagged = known ?? (seen ? await tagImage(ports, imageIdOf(key), seen, signal) : UNTAGGED);
    const stored = { ...rendered, outputs: rendered.outputs.slice(0, plan.outputs.length) };
    return readyOutcome(ports, task, { blob, facts, plan, rendered: stored, tagged });
  } catch (error) {
    if (!blob && (hasCode(error, "not-found") || hasCode(error, "conflict"))) return undefined;
    if (!rejectsOriginal(error) || (!blob && error.code !== "too-large")) throw error;
    const original: BlobInfo | undefined = blob ?? (await lookAtOriginal(ports.originals, key, signal));
    if (!original) return undefined;
    const created = { createdAt: original.storedAt.toISOString(), fileName: storedFileName(original) };
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
