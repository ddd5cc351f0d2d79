import {
  type Check,
  checkInteger,
  checkRange,
  checkSection,
  checkText,
  checkValue,
  runCheck,
} from "./checks.js";
import { computeShortDigest, toCanonicalJson } from "./digest.js";
import { thumbnailSpec } from "./thumbnail-spec.js";

/** The name of a tagger: 1 to 64 characters of printable ASCII, without spaces at its ends. */
export const TAGGER_NAME = /^[!-~](?:[ -~]{0,62}[!-~])?$/;

/**
 * Whether an image is rejected (`forbidden`) in which moderation finds something. `true`: a tagger that fails lets the
 * image through, since tagging never keeps one from being ready. `required`: while nobody can say, the image waits. In
 * both cases the tagger is asked again a minute later, and so on, if the queue can wait; if it cannot, `true` asks with
 * the next processing, and `required` tries the change again, which in the end is put aside by the queue.
 */
export type Moderation = boolean | "required";

/** Whether and how pictures are tagged. */
export interface TaggingPolicy {
  /** Who says what can be seen: `none`, or the name of the tagger that the pipeline is put together with. */
  readonly provider: string;
  /** 0 to 100; what the tagger is less sure of is as if it had not been said. */
  readonly minConfidence: number;
  /** At most so many tags for one image, the most confident first. */
  readonly maxLabels: number;
  readonly moderation: Moderation;
}

/** Default: nothing is tagged. */
export const DEFAULT_TAGGING: TaggingPolicy = {
  provider: "none",
  minConfidence: 80,
  maxLabels: 20,
  moderation: false,
};

/** The least and the most of a policy's numbers. */
export const TAGGING_LIMITS = { minConfidence: [0, 100], maxLabels: [1, 1000] } as const;

/** Reads a tagging policy. */
export const tagging: Check<TaggingPolicy> = checkSection<TaggingPolicy>(
  {
    provider: checkText("none or the name of a tagger (1 to 64 characters of printable ASCII)", TAGGER_NAME),
    minConfidence: checkRange(TAGGING_LIMITS.minConfidence),
    maxLabels: checkInteger(TAGGING_LIMITS.maxLabels),
    moderation: checkValue("true, false or required", (value) =>
      [true, false, "required"].includes(value as never),
    ),
  },
  ({ provider = DEFAULT_TAGGING.provider, moderation }, context) => {
    if (provider === "none" && (moderation === true || moderation === "required"))
      context.descend("provider").refuse("a provider that moderates", provider);
    return DEFAULT_TAGGING;
  },
);

/** Completes a policy by `DEFAULT_TAGGING`. Throws `invalid-input`, naming every wrong key. */
export function toTaggingPolicy(written: Partial<TaggingPolicy>): TaggingPolicy {
  return runCheck("the tagging policy", tagging, written);
}

/** The picture for a tagger: enough to recognize things by, little enough to be sent away. */
export const TAGGING_SPEC = thumbnailSpec({
  width: 512,
  height: 512,
  fit: "inside",
  format: "jpeg",
  animated: false,
  effort: "fast",
});

/** Identifies everything in a configuration that decides about tags: the same digest and bytes need no second asking. */
export function computeTaggingDigest(config: {
  readonly tagging: TaggingPolicy;
  readonly exif: { readonly position: boolean };
}): string {
  return computeShortDigest(toCanonicalJson({ tagging: config.tagging, position: config.exif.position }));
}
