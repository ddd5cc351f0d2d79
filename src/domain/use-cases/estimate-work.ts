import type { FindingKind } from "../model/finding.js";
import { type ImageRecord, isProcessed, type ReadyRecord } from "../model/image-record.js";
import { planOutputs, type UprightFacts } from "../model/render-plan.js";
import { toRenditionFileName } from "../model/rendition.js";
import { computeTaggingDigest } from "../model/tagging-policy.js";
import {
  estimateBytes,
  estimateSeconds,
  NO_WORK,
  type Work,
  type WorkCalls,
  type WorkRates,
} from "../model/work.js";
import { countKilobytes, estimateRows, isSameContent, type Settling } from "./estimate-rows.js";
import type { Look } from "./examine-image.js";
import { deriveRecipes, selectWholeSpecs } from "./kept-renditions.js";
import type { Needs } from "./ports.js";
import { SETTLED_ANEW } from "./repair-image.js";

/** How an original is taken that nobody has looked into: as a photograph of so many pixels a byte, three to two. */
const PIXELS_PER_BYTE = 1 / 0.27;
const PROPORTIONS = 1.5;

/** About as long as the words that such an original is refused with. */
const TOO_LARGE = "expected at most 26214400 bytes for an original but received 99999999";

/**
 * Estimates what it takes to close these kinds of findings of an image. Renditions are counted exactly where the record is of
 * the original that is stored; an original that nobody has looked into counts as a photograph that is rendered.
 */
export function estimateWork(
  ports: Needs<"config" | "engine">,
  look: Look,
  kinds: ReadonlySet<FindingKind>,
  rates: WorkRates,
): Work {
  const closed = look.findings.filter(({ kind }) => kinds.has(kind));
  if (closed.length === 0) return NO_WORK;
  if (closed.some(({ kind }) => SETTLED_ANEW.has(kind)))
    return look.original
      ? estimateSettling(ports, look, look.original.size, rates)
      : estimateRemoval(ports, look);
  const orphans = new Set(closed.map(({ rendition }) => rendition));
  const work = countDeleted(look, (key) => orphans.has(key));
  // It is looked at once more. A tombstone that is purged counts as written.
  const calls: WorkCalls = {
    ...NO_WORK.calls,
    originals: { get: 0, head: 1 },
    renditions: { put: 0, list: 1, deleteAll: work.renditions.deleted > 0 ? 1 : 0 },
    records: {
      get: 3,
      ...countRows(
        look.record,
        closed.some(({ kind }) => kind !== "orphaned-rendition"),
      ),
    },
  };
  return { ...work, calls };
}

function countRows(record: ImageRecord | undefined, isCommitted: boolean) {
  if (!record || !isCommitted) return { commit: 0, kilobytes: 0, entries: 0 };
  return { commit: 1, kilobytes: countKilobytes(record), entries: 0 };
}

/** Looked at once more, asked for, found gone; then the tombstone, the files, the CDN, the event, and the outbox cleared. */
function estimateRemoval(ports: Needs<"config" | "engine">, look: Look): Work {
  const work = countDeleted(look, () => true);
  const keys = [...(look.record?.renditions ?? []), ...(look.record?.dropped ?? [])].length;
  const calls: WorkCalls = {
    ...NO_WORK.calls,
    originals: { get: 0, head: 3 },
    renditions: { put: 0, list: 2, deleteAll: work.renditions.deleted > 0 ? 1 : 0 },
    records: { get: 4, ...estimateRows(ports, look) },
    queue: { send: 1 },
    events: { publish: 1 },
    urls: { invalidate: keys > 0 ? 1 : 0, keys },
  };
  return { ...work, images: { made: 0, changed: 0, removed: 1 }, calls };
}

/**
 * The calls of whoever looks once more and asks (three reads of the record, one listing, two looks at the original), and of
 * whoever settles: one read of the record, one of the original, what is made, a commit, an event, and the outbox cleared.
 * Where there was a record, the files are listed to clean up, and before that if any may be kept.
 */
function countCalls(
  ports: Needs<"config" | "engine">,
  look: Look,
  { made, kept, deleted }: Work["renditions"],
  settling: Settling,
): WorkCalls {
  const { record } = look;
  const isOther = settling.failure !== undefined || !isSameContent(look);
  const isComparable = look.findings.every(({ kind }) => kind === "missing-rendition");
  const lists = 1 + (record ? 1 : 0) + (kept > 0 ? 1 : 0) + (isComparable ? 1 : 0);
  const keys = isOther ? [...(record?.renditions ?? []), ...(record?.dropped ?? [])].length : 0;
  return {
    originals: { get: 1, head: isComparable ? 3 : 2 },
    renditions: { put: made, list: lists, deleteAll: record && deleted > 0 ? 1 : 0 },
    records: { get: 4, ...estimateRows(ports, look, settling) },
    tagger: { tag: settling.failure ? 0 : countTagging(ports, look) },
    queue: { send: 1 },
    events: { publish: 1 },
    urls: { invalidate: keys > 0 ? 1 : 0, keys },
  };
}

/** The work of whoever settles: it keeps what it may, makes the rest and deletes what nobody names then. */
function estimateSettling(
  ports: Needs<"config" | "engine">,
  look: Look,
  size: number,
  rates: WorkRates,
): Work {
  const { record } = look;
  const known = record?.status === "ready" && isSameContent(look);
  const images = { ...NO_WORK.images, ...(isProcessed(record) ? { changed: 1 } : { made: 1 }) };
  const isRefused = size > ports.config.uploads.maxBytes || isRefusedAgain(ports, look);
  if (isRefused) {
    const work = countDeleted(look, () => true);
    const failure = record?.failure ?? { code: "too-large" as const, message: TOO_LARGE };
    const settling = { facts: guessFacts(size), kept: [], made: [], failure };
    return { ...work, images, calls: countCalls(ports, look, work.renditions, settling) };
  }
  const facts = known ? record.source : guessFacts(size);
  const { key, focalPoint } = record ?? {};
  const outputs = planOutputs(facts, ports.config, { key: key ?? look.key, focalPoint });
  const kept = known ? listKept(ports, record, look) : [];
  const made = outputs.filter(({ name }) => !kept.some((one) => one.name === name));
  const keptKeys = new Set<string>(kept.map((one) => one.key));
  const deleted = countDeleted(look, (file) => !keptKeys.has(file));
  const before = new Map(record?.renditions.map((one) => [toRenditionFileName(one), one]));
  const written = made.map((output) => {
    const former = before.get(toRenditionFileName(output));
    const isAlike = former?.width === output.size.width && former.height === output.size.height;
    return isAlike ? former.bytes : estimateBytes(output, size, rates);
  });
  const decoded = made.length > 0 || !known ? (facts.width * facts.height * facts.frames) / 1e6 : 0;
  const counts = { ...deleted.renditions, made: made.length, kept: kept.length };
  return {
    images,
    renditions: counts,
    bytes: { ...deleted.bytes, read: size, written: sum(written) },
    seconds:
      rates.secondsPerImage +
      decoded * rates.secondsPerMegapixelRead +
      sum(made.map((output) => estimateSeconds(output, rates))),
    calls: countCalls(ports, look, counts, { facts, kept, made }),
  };
}

/**
 * Whether an original that was rejected is rejected again, because nobody could make out what it is, or the configuration still
 * lets in nothing like it. One whose decoder crashed is tried again.
 */
function isRefusedAgain({ config }: Needs<"config">, { record, original }: Look): boolean {
  if (record?.status !== "rejected" || original?.etag !== record.etag) return false;
  const { source, failure } = record;
  if (failure.code === "corrupt-image") return true;
  if (failure.code !== "unsupported-format" && failure.code !== "too-large") return false;
  const { formats, maxPixels } = config.uploads;
  if (source) return !formats.includes(source.format as never) || source.width * source.height > maxPixels;
  return failure.code === "unsupported-format";
}

/** How often a picture is shown to the tagger: a picture that it has seen, by the same policy, is not shown again. */
function countTagging({ config }: Needs<"config">, look: Look): number {
  const { tagging } = config;
  if (tagging.provider === "none") return 0;
  const isKnown = isSameContent(look) && look.record?.tagging === computeTaggingDigest(config);
  return isKnown ? 0 : tagging.moderation === false ? 1 : 2;
}

/** The renditions that the handler keeps: of the planned recipes, with all files of their spec. */
function listKept(
  ports: Needs<"config" | "engine">,
  { source, key, focalPoint, renditions }: ReadyRecord,
  look: Look,
) {
  const outputs = planOutputs(source, ports.config, { key, focalPoint });
  const recipes = deriveRecipes(ports, outputs, source.sha256);
  const stored = new Set(look.files.map((file) => file.key));
  return selectWholeSpecs(
    renditions.filter((one) => stored.has(one.key)),
    outputs,
    recipes,
  );
}

function guessFacts(size: number): UprightFacts {
  const height = Math.max(1, Math.round(Math.sqrt((size * PIXELS_PER_BYTE) / PROPORTIONS)));
  return { format: "jpeg", frames: 1, colorSpace: "srgb", width: Math.round(height * PROPORTIONS), height };
}

function countDeleted({ files }: Look, isDeleted: (key: string) => boolean): Work {
  const deleted = files.filter(({ key }) => isDeleted(key));
  return {
    ...NO_WORK,
    renditions: { ...NO_WORK.renditions, deleted: deleted.length },
    bytes: { ...NO_WORK.bytes, deleted: sum(deleted.map(({ size }) => size)) },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
