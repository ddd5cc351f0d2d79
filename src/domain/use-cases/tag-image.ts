import type { Blob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { Tag, TaggingInput } from "../../ports/image-tagger.js";
import type { ImageRequest } from "../model/change.js";
import { computeContentHash } from "../model/digest.js";
import { invalidInput, quote, SafelightError } from "../model/errors.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import type { PipelineConfig } from "../model/pipeline-config.js";
import { computeTaggingDigest, type TaggingPolicy } from "../model/tagging-policy.js";
import { Unjudged } from "../model/unjudged.js";
import type { Needs } from "./ports.js";

/** The ports that tagging needs. */
export type TaggingPorts = Needs<"tagger" | "config" | "log">;

/** The part of a record that tagging decides. `tagging` is absent when nobody was asked or the tagger failed. */
export type Tagged = Pick<ImageRecord, "tags" | "tagging">;

/** Of an image that nobody was asked about. */
export const UNTAGGED: Tagged = { tags: [] };

/**
 * Throws `invalid-input` unless the tagger at hand is the one that the configuration names, and moderates if it is to.
 * Checked once at the start: tags that are missing because nobody was there to ask, or pictures that nobody held back,
 * would only be noticed after the fact.
 */
export function checkTagger({ tagger, config }: Needs<"tagger" | "config">): void {
  const { provider, moderation } = config.tagging;
  if (provider === "none") return;
  if (!tagger) throw invalidInput("none, since there is no tagger,", "tagging.provider", provider);
  if (tagger.provider !== provider)
    throw invalidInput(`none or ${tagger.provider}`, "tagging.provider", provider);
  if (moderation && tagger.moderates === false)
    throw invalidInput("a tagger that moderates", "tagging.moderation", `one that does not (${provider})`);
}

/** The tags that `record` holds for the same bytes under the same tagging configuration; `undefined`: ask. */
export function findKnownTags(
  record: ImageRecord | undefined,
  blob: Pick<Blob, "bytes" | "sha256">,
  config: PipelineConfig,
): Tagged | undefined {
  // An image that was held back or whose tagger failed has no digest, so that it is looked at afresh.
  if (record?.tagging === undefined || record.tagging !== computeTaggingDigest(config)) return undefined;
  if (record.contentHash !== computeContentHash(blob)) return undefined;
  return { tags: record.tags, tagging: record.tagging };
}

/** Seconds until a tagger that failed is asked again. */
const POSTPONED_SECONDS = 60;

/**
 * Asks for the tagging of an image whose tagger has failed, by `request`, in a minute. It is durable on its own: what
 * could not be tagged is no failed change, and never ends with the dead letters. Resolves to whether the queue can do that.
 */
export async function postponeTagging(
  { queue }: Needs<"queue">,
  request: ImageRequest,
  { signal }: CallOptions,
): Promise<boolean> {
  await queue.postpone?.(request, { seconds: POSTPONED_SECONDS, signal });
  return queue.postpone !== undefined;
}

/** Whether an image is shown without the tags that its configuration asks for. */
export function isUntagged({ config }: Needs<"config">, { status, tagging }: ImageRecord): boolean {
  return status === "ready" && config.tagging.provider !== "none" && tagging === undefined;
}

/**
 * Asks the tagger about one picture. A tagger that fails is logged and leaves the image without tags until it is asked
 * again: it must never keep a picture from being ready, with moderation neither, unless the configuration requires
 * moderation: then it throws {@link Unjudged}. Throws `forbidden` when moderation is on and finds something.
 */
export async function tagImage(
  { tagger, config, log }: TaggingPorts,
  imageId: ImageId,
  input: TaggingInput,
  { signal }: CallOptions = {},
): Promise<Tagged> {
  if (!tagger) return UNTAGGED;
  let labels: readonly Tag[];
  try {
    labels = pickConfidentTags(await tagger.tag(input, { signal }), config.tagging);
  } catch (error) {
    // Whoever aborted wants no result, least of all one without tags.
    signal?.throwIfAborted();
    log("warn", "tagging failed", { imageId, error: String(error) });
    if (config.tagging.moderation !== "required") return UNTAGGED;
    throw new Unjudged({ cause: error });
  }
  const found = labels.filter(({ moderation }) => moderation).map(({ name }) => name);
  if (config.tagging.moderation && found.length > 0) {
    throw new SafelightError("forbidden", `moderation found ${quote(found.join(", "))} in the original`);
  }
  const names = [...new Set(labels.map(({ name }) => name))];
  return { tags: names.slice(0, config.tagging.maxLabels), tagging: computeTaggingDigest(config) };
}

/** Taggers are written by others: their order is not relied on, and names that nobody could search for are dropped. */
function pickConfidentTags(labels: readonly Tag[], { minConfidence }: TaggingPolicy): readonly Tag[] {
  return labels
    .map((label) => ({ ...label, name: label.name.trim() }))
    .filter(({ name, confidence }) => name !== "" && confidence >= minConfidence)
    .sort((a, b) => b.confidence - a.confidence);
}
