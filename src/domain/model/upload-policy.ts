import { type Check, checkChoice, checkInteger, checkList, checkSection, runCheck } from "./checks.js";
import { refusal, refusalInWords, type SafelightError } from "./errors.js";
import { IMAGE_FORMATS, type ImageFormat } from "./image-format.js";
import type { SourceFacts } from "./image-metadata.js";
import { OWNER_SOURCES, type OwnerSource } from "./owner.js";

/** The rules for uploads. Everything here is checked before a pixel is decoded. */
export interface UploadPolicy {
  readonly formats: readonly ImageFormat[];
  readonly maxBytes: number;
  /** Width x height x frames. */
  readonly maxPixels: number;
  readonly maxFrames: number;
  /** Bytes of memory that decoding may cost by the engine's estimate. */
  readonly maxCost: number;
  /** How it is known whose an image is. */
  readonly owner: OwnerSource;
}

/** The least and the most of a policy's numbers. */
export const UPLOAD_LIMITS = {
  maxBytes: [1, 1_073_741_824],
  maxPixels: [1, 100_000_000_000],
  maxFrames: [1, 1_000_000],
  maxCost: [1, 1_000_000_000_000],
} as const;

/** 25 MiB, 100 million pixels, 1,000 frames and 700 MB: what a camera makes passes, what a bomb makes does not. Nobody owns anything. */
export const DEFAULT_UPLOAD_POLICY: UploadPolicy = {
  formats: ["jpeg", "png", "webp", "gif"],
  maxBytes: 25 * 1024 * 1024,
  maxPixels: 100_000_000,
  maxFrames: 1_000,
  maxCost: 700_000_000,
  owner: "none",
};

/** Reads an upload policy. */
export const uploads: Check<UploadPolicy> = checkSection<UploadPolicy>(
  {
    formats: checkList(checkChoice(IMAGE_FORMATS), 1),
    maxBytes: checkInteger(UPLOAD_LIMITS.maxBytes),
    maxPixels: checkInteger(UPLOAD_LIMITS.maxPixels),
    maxFrames: checkInteger(UPLOAD_LIMITS.maxFrames),
    maxCost: checkInteger(UPLOAD_LIMITS.maxCost),
    owner: checkChoice(OWNER_SOURCES),
  },
  () => DEFAULT_UPLOAD_POLICY,
);

/** Completes a policy by `DEFAULT_UPLOAD_POLICY`. Throws `invalid-input`, naming every wrong key. */
export function uploadPolicy(written: Partial<UploadPolicy>): UploadPolicy {
  return runCheck("the upload policy", uploads, written);
}

/** Throws `unsupported-format` or `too-large` unless an original with these facts may be rendered. */
export function checkUploadPolicy(facts: SourceFacts, policy: UploadPolicy): void {
  if (!policy.formats.includes(facts.format)) throw createFormatError(facts.format, policy.formats);
  checkUploadBytes(facts.bytes, policy);
  checkAtMost(policy.maxFrames, facts.frames, "frames");
  checkAtMost(
    policy.maxPixels,
    facts.width * facts.height * facts.frames,
    "pixels (width x height x frames)",
  );
  checkAtMost(policy.maxCost, facts.decodeCost, "bytes of memory to decode");
}

/** Throws `too-large` for an original of more bytes than the policy allows. */
export function checkUploadBytes(bytes: number, { maxBytes }: UploadPolicy): void {
  checkAtMost(maxBytes, bytes, "bytes");
}

function checkAtMost(limit: number, value: number, unit: string): void {
  if (value > limit) throw refusal("too-large", `at most ${limit} ${unit}`, "the original", value);
}

/** The refusal of a format, or of what is none, where only these are allowed. */
export function createFormatError(received: string, formats: readonly ImageFormat[]): SafelightError {
  return refusalInWords("unsupported-format", `one of ${formats.join(", ")}`, "the original", received);
}
