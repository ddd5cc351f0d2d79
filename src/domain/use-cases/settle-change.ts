import type { CallOptions } from "../../ports/call-options.js";
import { type Attempt, type Change, deriveVersion, type ImageRequest } from "../model/change.js";
import { toCanonicalJson } from "../model/digest.js";
import { hasCode } from "../model/errors.js";
import type { Etag } from "../model/etag.js";
import { deriveImageId } from "../model/image-id.js";
import { type Failure, type ImageRecord, isProcessed } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { computeConfigurationDigest } from "../model/pipeline-config.js";
import { Unjudged } from "../model/unjudged.js";
import { compareVersions, incrementRevision, type Version } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import { isCurrent } from "./is-current.js";
import { endSuperseded, leaveToLaterChange, rememberRequest } from "./leave-to-others.js";
import { buildNextRecord } from "./next-record.js";
import type { Needs } from "./ports.js";
import { beginRendering, type Rendering } from "./render-original.js";
import type { OriginalContent, RenderPorts } from "./render-task.js";
import { isUntagged, postponeTagging } from "./tag-image.js";
import { incrementEdition, type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/** The ports that settling needs. */
export type SettlePorts = RenderPorts & OutboxPorts & Needs<"queue" | "log">;

/** The result of settling a change. */
export interface Settled {
  /** The status that was committed; `unchanged`: what is there is what the change calls for; `superseded`: nothing was left to do, because a version as new is settled already or a later change is on its way; `postponed`: nobody could say yet whether the image may be shown, and a request to find out comes later. */
  readonly outcome: "ready" | "rejected" | "removed" | "unchanged" | "superseded" | "postponed";
  /** Why it was rejected. */
  readonly failure?: Failure;
  /** Whether the tagger failed; where the queue can wait, it is asked again later. */
  readonly untagged?: true;
}

/** The meaning of a change: an image to be rendered, or its absence. */
type Target = { readonly kind: "image"; readonly ifMatch?: Etag } | { readonly kind: "absence" };

/**
 * Brings one image to the state that one change or request calls for. Changes come at least once and in any order, other
 * handlers of the same key run beside this one, and a process may die at any await; the promise is in docs/reliability.md.
 *
 * Resolves once nothing is left to do for this change, to what was done; it may then be acknowledged. Throws what must
 * be tried again. Safe to call any number of times, side by side, for the same change.
 */
export async function settleChange(
  ports: SettlePorts,
  change: Change,
  attempt: Attempt,
  { signal }: CallOptions = {},
): Promise<Settled> {
  const { records } = ports;
  const { key } = change;
  const imageId = deriveImageId(originalKey(key));
  const configuration = computeConfigurationDigest(ports.config, ports.engine.version);
  const { force = false, invalidate = false } = change.type === "process" ? change : {};
  const again = attempt.number > 1;
  let target: Target | undefined;
  let work: { readonly version: Version; readonly rendering: Rendering } | undefined;
  let before = again;
  let postponed: Version | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const record = await records.get(imageId, { signal });
    before ||= record !== undefined;
    const version = deriveVersion(change, record?.version);
    // The image was moved to another store meanwhile: what was written under the version of before is stale now.
    if (work && compareVersions(work.version, version) !== 0) work = undefined;
    if (record && compareVersions(record.version, version) >= 0) {
      const left = { record, change, version, configuration, written: work?.rendering.written ?? [], again };
      await endSuperseded(ports, left, { signal });
      // A commit is told by whoever finishes it, so that it is told even if its handler died in between.
      const unfinished = record.outbox && compareVersions(record.version, version) === 0;
      return unfinished ? toSettled(record) : { outcome: "superseded" };
    }
    target ??= await decideTarget(ports, change, record, { signal });
    if (target === undefined) {
      if (record) await workOffOutbox(ports, record, { cleanUp: true, signal });
      return { outcome: "superseded" };
    }
    let content: OriginalContent | undefined;
    if (target.kind === "image") {
      const isOrdinary = !work && !force && !invalidate;
      if (isOrdinary && isProcessed(record) && (await isCurrent(ports, record, { signal }))) {
        const moved = { ...record, version, edition: incrementEdition(record) };
        if (!(await commit(ports, moved, record, { signal }))) continue;
        // An earlier change may have left to this one what it wrote, and whoever left an outbox may have died while it
        // deleted: what the CDN drops before the file is gone would come back into it.
        await workOffOutbox(ports, moved, { cleanUp: true, signal });
        return { outcome: "unchanged" };
      }
      const task = { key, version, ifMatch: target.ifMatch, force, ...attempt };
      work ??= { version, rendering: beginRendering(ports, task) };
      try {
        content = await work.rendering.produceContent(record, { signal });
      } catch (error) {
        const request = change.type === "process" ? change : createTaggingRequest(key, version);
        if (!(error instanceof Unjudged) || !(await postponeTagging(ports, request, { signal }))) throw error;
        return { outcome: "postponed", untagged: true };
      }
      if (!content) {
        const remembered = rememberRequest(change, record, version);
        if (remembered) {
          if (!(await commit(ports, remembered, record, { signal }))) continue;
          await workOffOutbox(ports, remembered, { cleanUp: true, signal });
          return { outcome: "superseded" };
        }
        await leaveToLaterChange(ports, key, record, { again, signal });
        return { outcome: "superseded" };
      }
    }
    // An original that is removed now was there before, whether or not anybody got as far as a record.
    before ||= target.kind === "absence";
    const next = buildNextRecord({ key, version, configuration, content, invalidate }, record, ports.clock());
    const untagged = isUntagged(ports, next);
    // Before the commit, so that no crash can leave a picture that nobody looks at.
    if (untagged && postponed !== version) {
      await postponeTagging(ports, createTaggingRequest(key, version), { signal });
      postponed = version;
    }
    if (record && untagged && !force && !invalidate && isSameImage(next, record)) {
      const moved = { ...record, version, edition: incrementEdition(record) };
      if (!(await commit(ports, moved, record, { signal }))) continue;
      await workOffOutbox(ports, moved, { cleanUp: true, signal });
      return { outcome: "unchanged", untagged };
    }
    if (!(await commit(ports, next, record, { signal }))) continue;
    await workOffOutbox(ports, next, { cleanUp: before, signal });
    return untagged ? { ...toSettled(next), untagged } : toSettled(next);
  }
}

/** The request that has a tagger asked again about an image whose record will be at `version`. */
function createTaggingRequest(key: string, version: Version): ImageRequest {
  return { type: "process", key, version: incrementRevision(version) };
}

/** Whether two records say the same of an image, but for the order of settlements and what they still owe. */
function isSameImage(next: ImageRecord, replaced: ImageRecord): boolean {
  const describe = (record: ImageRecord) => {
    const { version: _v, edition: _e, processedAt: _p, outbox: _o, ...image } = record;
    return toCanonicalJson(image);
  };
  return describe(next) === describe(replaced);
}

/** Resolves to whether the record was still the one to be replaced. */
async function commit(
  { records }: Needs<"records">,
  next: ImageRecord,
  replaced: ImageRecord | undefined,
  { signal }: CallOptions,
): Promise<boolean> {
  try {
    await records.commit(next, { replacing: replaced ?? "nothing", signal });
    return true;
  } catch (error) {
    if (hasCode(error, "conflict")) return false;
    throw error;
  }
}

/** `undefined`: nothing is to be done, because another change is on its way that says more. */
async function decideTarget(
  { originals }: Needs<"originals">,
  change: Change,
  record: ImageRecord | undefined,
  { signal }: CallOptions,
): Promise<Target | undefined> {
  switch (change.type) {
    case "created":
      return { kind: "image", ifMatch: change.etag };
    case "process":
      return { kind: "image" };
    case "removed":
      return { kind: "absence" };
    case "unknown": {
      const found = await findBlob(originals, change.key, { signal });
      return found ? { kind: "image", ifMatch: found.etag } : { kind: "absence" };
    }
    case "remove": {
      if (!record || record.status === "removed") return undefined;
      // Only the asker deletes the original, and it answers after that. What lies here was uploaded since, and its
      // own change decides; or the asker has not come to it yet, and the store's change will tell.
      return (await findBlob(originals, change.key, { signal })) ? undefined : { kind: "absence" };
    }
  }
}

function toSettled({ status, failure }: ImageRecord): Settled {
  if (status === "pending") return { outcome: "superseded" };
  return failure ? { outcome: status, failure } : { outcome: status };
}
