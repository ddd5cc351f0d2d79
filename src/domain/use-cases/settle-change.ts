import type { CallOptions } from "../../ports/call-options.js";
import { type Attempt, type Change, versionOf } from "../model/change.js";
import { hasCode } from "../model/errors.js";
import type { Etag } from "../model/etag.js";
import { imageIdOf } from "../model/image-id.js";
import { type Failure, type ImageRecord, isMade } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { imagePrefix, versionPrefix } from "../model/storage-layout.js";
import { compareVersions, nextRevision } from "../model/version.js";
import { commitPending } from "./commit-pending.js";
import { findBlob } from "./find-blob.js";
import { isCurrent } from "./is-current.js";
import { nextRecord } from "./next-record.js";
import type { Needs } from "./ports.js";
import { renderOriginal } from "./render-original.js";
import type { RenderedOriginal, RenderPorts } from "./render-task.js";
import { type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/** What settling needs. */
export type SettlePorts = RenderPorts & OutboxPorts & Needs<"queue" | "log">;

/** What settling a change came to. */
export interface Settled {
  /** The status that was committed; `unchanged`: what is there is what the change calls for; `superseded`: nothing was left to do, because a version as new is settled already or a later change is on its way. */
  readonly outcome: "ready" | "rejected" | "removed" | "unchanged" | "superseded";
  /** Why it was rejected. */
  readonly failure?: Failure;
}

const SUPERSEDED: Settled = { outcome: "superseded" };

/** What the change turned out to mean: an image to be rendered, or its absence. */
type Wish = { readonly kind: "image"; readonly ifMatch?: Etag } | { readonly kind: "absence" };

/**
 * Brings one image to the state that one change or ask calls for. Changes come at least once and in any order, other
 * handlers of the same key run beside this one, and a process may die at any await; the promise is in docs/design.md.
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
  const imageId = imageIdOf(originalKey(key));
  const version = versionOf(change);
  const configuration = configurationDigest(ports.config, ports.engine.version);
  const again = attempt.receives > 1;
  let wish: Wish | undefined;
  let rendered: RenderedOriginal | undefined;
  let before = again;
  for (;;) {
    signal?.throwIfAborted();
    const record = await records.get(imageId, { signal });
    before ||= record !== undefined;
    if (record && compareVersions(record.version, version) >= 0) {
      const mayHaveWritten = rendered !== undefined || again;
      return superseded(ports, record, change, { configuration, mayHaveWritten, signal });
    }
    wish ??= await wishOf(ports, change, record, { signal });
    if (wish === undefined) {
      if (record) await workOffOutbox(ports, record, { cleanUp: true, signal });
      return SUPERSEDED;
    }
    if (change.type === "process" && !change.force && !rendered && isMade(record)) {
      if (await isCurrent(ports, record, configuration, { signal })) {
        const moved = { ...record, version, settledBy: record.settledBy ?? record.version };
        if (!(await commit(ports, moved, record, { signal }))) continue;
        // Whoever left an outbox may have died while it deleted: what the CDN forgets first would come back into it.
        await workOffOutbox(ports, moved, { cleanUp: again || record.outbox !== undefined, signal });
        return { outcome: "unchanged" };
      }
    }
    // What is removed now was there before, whether or not anybody got as far as a record.
    before ||= wish.kind === "absence";
    if (wish.kind === "image" && !rendered) {
      const task = { key, version, ifMatch: wish.ifMatch, ...attempt, record };
      rendered = await renderOriginal(ports, task, { signal });
      if (!rendered) {
        await leaveToLaterChange(ports, key, record, { again, signal });
        return SUPERSEDED;
      }
      await store(ports, rendered, { signal });
    }
    const next = nextRecord({ key, version, configuration, rendered }, record, ports.clock());
    if (!(await commit(ports, next, record, { signal }))) continue;
    await workOffOutbox(ports, next, { cleanUp: before, signal });
    return settledAs(next);
  }
}

/** Resolves to whether the record was still the one to be replaced. */
async function commit(
  { records }: Needs<"records">,
  next: ImageRecord,
  replaced: ImageRecord | undefined,
  { signal }: CallOptions,
): Promise<boolean> {
  try {
    await records.commit(next, { replacing: replaced?.version ?? "nothing", signal });
    return true;
  } catch (error) {
    if (hasCode(error, "conflict")) return false;
    throw error;
  }
}

/**
 * The same or a newer version is committed. Its handler may have died before its outbox was done, and this one may
 * have written files that nobody names; both are mended here, by whoever comes by.
 */
async function superseded(
  ports: SettlePorts,
  record: ImageRecord,
  change: Change,
  {
    configuration,
    mayHaveWritten,
    signal,
  }: CallOptions & { readonly configuration: string; readonly mayHaveWritten: boolean },
): Promise<Settled> {
  const { log, urls, queue } = ports;
  const version = versionOf(change);
  await workOffOutbox(ports, record, { cleanUp: true, signal });
  if (compareVersions(record.version, version) > 0) {
    log("debug", "superseded", { imageId: record.imageId, version, by: record.version });
    // The files were there for a moment, under names that an earlier commit of this version may have published.
    if (mayHaveWritten) await urls.forget([`${versionPrefix(record.imageId, version)}*`], { signal });
  }
  if (change.type === "process" && record.status !== "removed") {
    // What superseded a forced one may have found nothing to do.
    const lost = change.force && compareVersions(record.settledBy ?? record.version, version) < 0;
    if (lost || record.configuration !== configuration)
      await queue.send({ ...change, version: nextRevision(record.version) }, { signal });
  }
  // A commit is told by whoever finishes it, so that it is told even if its handler died in between.
  const unfinished = record.outbox && compareVersions(record.version, version) === 0;
  return unfinished ? settledAs(record) : SUPERSEDED;
}

/**
 * The original is gone or has changed, and a later change will settle it. What an earlier receive of this one may
 * have written is newer than any record, so it must wait for that change; a pending record makes sure that it
 * finds something before it and cleans up.
 */
async function leaveToLaterChange(
  ports: SettlePorts,
  key: string,
  record: ImageRecord | undefined,
  { again, signal }: CallOptions & { readonly again: boolean },
): Promise<void> {
  if (record) return workOffOutbox(ports, record, { cleanUp: true, signal });
  if (!again) return;
  const left = await ports.renditions.list(imagePrefix(imageIdOf(key)), { limit: 1, signal });
  if (left.items.length === 0) return;
  if (await commitPending(ports, { key, createdAt: ports.clock() }, { signal })) return;
  // The later change was faster and saw nothing before it: the cleaning up falls to this handler.
  const newer = await ports.records.get(imageIdOf(key), { signal });
  if (newer) await workOffOutbox(ports, newer, { cleanUp: true, signal });
}

/** `undefined`: nothing is to be done, because another change is on its way that says more. */
async function wishOf(
  { originals }: Needs<"originals">,
  change: Change,
  record: ImageRecord | undefined,
  { signal }: CallOptions,
): Promise<Wish | undefined> {
  switch (change.type) {
    case "created":
      return { kind: "image", ifMatch: change.etag };
    case "process":
      return { kind: "image" };
    case "removed":
      return { kind: "absence" };
    case "unclear": {
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

async function store(
  { renditions }: Needs<"renditions">,
  { files }: RenderedOriginal,
  { signal }: CallOptions,
): Promise<void> {
  // All are awaited even if one fails: a write still under way after this handler has given up could land after
  // everybody has cleaned up.
  const puts = files.map(({ key, bytes, options }) => renditions.put(key, bytes, { ...options, signal }));
  const failed = (await Promise.allSettled(puts)).find((put) => put.status === "rejected");
  if (failed) throw failed.reason;
}

function settledAs({ status, failure }: ImageRecord): Settled {
  if (status === "pending") return SUPERSEDED;
  return failure ? { outcome: status, failure } : { outcome: status };
}
