import type { CallOptions } from "../../ports/call-options.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Log } from "../../ports/log.js";
import { type Change, type Delivery, isAsk } from "../model/change.js";
import { hasCode } from "../model/errors.js";
import { imageIdOf } from "../model/image-id.js";
import type { Failure, ImageRecord } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import { configurationDigest } from "../model/pipeline-config.js";
import { imagePrefix, versionPrefix } from "../model/storage-layout.js";
import { changeVersion, compareVersions, nextRevision, type Version } from "../model/version.js";
import { commitPending } from "./commit-pending.js";
import { lookAtOriginal } from "./look-at-original.js";
import { nextRecord } from "./next-record.js";
import { renderOriginal } from "./render-original.js";
import type { RenderedOriginal, RenderPorts } from "./render-task.js";
import { type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/** What settling needs. */
export interface SettlePorts extends RenderPorts, OutboxPorts {
  readonly queue: ChangeQueue;
  readonly log: Log;
}

/** A delivery is taken for the last one from this receive on, where the queue does not say. */
export const MAX_RECEIVES = 5;

/** What settling a change came to. */
export interface Settled {
  /** The status that was committed; `superseded`: nothing was left to do, because a version as new is settled already or a later change is on its way. */
  readonly outcome: "ready" | "rejected" | "removed" | "superseded";
  /** Why it was rejected. */
  readonly failure?: Failure;
}

const SUPERSEDED: Settled = { outcome: "superseded" };

/** What the change turned out to mean: an image to be rendered, or its absence. */
type Wish = { readonly kind: "image"; readonly ifMatch?: string } | { readonly kind: "absence" };

/**
 * Brings one image to the state that one change or ask calls for. Changes come at least once and in any order, other
 * handlers of the same key run beside this one, and a process may die at any await; the promise is in docs/design.md.
 */
export class SettleOriginal {
  readonly #ports: SettlePorts;
  readonly #configuration: string;

  constructor(ports: SettlePorts) {
    this.#ports = ports;
    this.#configuration = configurationDigest(ports.config, ports.engine.version);
  }

  /**
   * Resolves once nothing is left to do for this delivery, to what was done; it may then be acknowledged. Throws what must be tried
   * again. Safe to call any number of times, side by side, for the same delivery.
   */
  async settle(delivery: Delivery, { signal }: CallOptions = {}): Promise<Settled> {
    const { change, receives } = delivery;
    const { records } = this.#ports;
    const imageId = imageIdOf(originalKey(change.key));
    const version = versionOf(change);
    const last = delivery.last ?? receives >= MAX_RECEIVES;
    let wish: Wish | undefined;
    let rendered: RenderedOriginal | undefined;
    let before = receives > 1;
    for (;;) {
      signal?.throwIfAborted();
      const record = await records.get(imageId, { signal });
      before ||= record !== undefined;
      if (record && compareVersions(record.version, version) >= 0) {
        await this.#superseded(record, change, version, rendered !== undefined || receives > 1, signal);
        // Its commit is told by whoever finishes it, so that it is told even if its handler died in between.
        const unfinished = record.outbox && compareVersions(record.version, version) === 0;
        return unfinished ? settledAs(record) : SUPERSEDED;
      }
      wish ??= await this.#wishOf(change, record, signal);
      if (wish === undefined) {
        if (record) await workOffOutbox(this.#ports, record, { cleanUp: true, signal });
        return SUPERSEDED;
      }
      // What is removed now was there before, whether or not anybody got as far as a record.
      before ||= wish.kind === "absence";
      if (wish.kind === "image" && !rendered) {
        rendered = await renderOriginal(
          this.#ports,
          { key: change.key, version, ifMatch: wish.ifMatch, receives, last, record },
          signal,
        );
        if (!rendered) {
          await this.#gone(change.key, record, receives, signal);
          return SUPERSEDED;
        }
        await this.#store(rendered, signal);
      }
      const made = { key: change.key, version, configuration: this.#configuration, rendered };
      const next = nextRecord(made, record, this.#ports.clock());
      try {
        await records.commit(next, { replacing: record?.version ?? "nothing", signal });
      } catch (error) {
        if (hasCode(error, "conflict")) continue;
        throw error;
      }
      await workOffOutbox(this.#ports, next, { cleanUp: before, signal });
      return settledAs(next);
    }
  }

  /**
   * The same or a newer version is committed. Its handler may have died before its outbox was done, and this one may
   * have written files that nobody names; both are mended here, by whoever comes by.
   */
  async #superseded(
    record: ImageRecord,
    change: Change,
    version: Version,
    mayHaveWritten: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const { log, urls, queue } = this.#ports;
    await workOffOutbox(this.#ports, record, { cleanUp: true, signal });
    if (compareVersions(record.version, version) > 0) {
      log("debug", "superseded", { imageId: record.imageId, version, by: record.version });
      // The files were there for a moment, under names that an earlier commit of this version may have published.
      if (mayHaveWritten) await urls.forget([`${versionPrefix(record.imageId, version)}*`], { signal });
    }
    const settledOtherwise = record.status !== "removed" && record.configuration !== this.#configuration;
    if (change.type === "process" && settledOtherwise) {
      await queue.send(
        { type: "process", key: change.key, version: nextRevision(record.version) },
        { signal },
      );
    }
  }

  /**
   * The original is gone or has changed, and a later change will settle it. What an earlier receive of this one may
   * have written is newer than any record, so it must wait for that change; a pending record makes sure that it
   * finds something before it and cleans up.
   */
  async #gone(
    key: string,
    record: ImageRecord | undefined,
    receives: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const { renditions, records, clock } = this.#ports;
    if (record) return workOffOutbox(this.#ports, record, { cleanUp: true, signal });
    if (receives <= 1) return;
    const left = await renditions.list(imagePrefix(imageIdOf(key)), { limit: 1, signal });
    if (left.items.length === 0 || (await commitPending(records, { key }, clock(), signal))) return;
    // The later change was faster and saw nothing before it: the cleaning up falls to this handler.
    const newer = await records.get(imageIdOf(key), { signal });
    if (newer) await workOffOutbox(this.#ports, newer, { cleanUp: true, signal });
  }

  /** `undefined`: nothing is to be done, because another change is on its way that says more. */
  async #wishOf(
    change: Change,
    record: ImageRecord | undefined,
    signal?: AbortSignal,
  ): Promise<Wish | undefined> {
    const { originals } = this.#ports;
    switch (change.type) {
      case "created":
        return { kind: "image", ifMatch: change.etag };
      case "process":
        return { kind: "image" };
      case "removed":
        return { kind: "absence" };
      case "unclear": {
        const found = await lookAtOriginal(originals, change.key, signal);
        return found ? { kind: "image", ifMatch: found.etag } : { kind: "absence" };
      }
      case "remove": {
        if (!record || record.status === "removed") return undefined;
        // Only the asker deletes the original, and it answers after that. What lies here was uploaded since, and its
        // own change decides; or the asker has not come to it yet, and the store's change will tell.
        return (await lookAtOriginal(originals, change.key, signal)) ? undefined : { kind: "absence" };
      }
    }
  }

  async #store({ files }: RenderedOriginal, signal?: AbortSignal): Promise<void> {
    const { renditions } = this.#ports;
    // All are awaited even if one fails: a write still under way after this handler has given up could land after
    // everybody has cleaned up.
    const puts = files.map(({ key, bytes, options }) => renditions.put(key, bytes, { ...options, signal }));
    const failed = (await Promise.allSettled(puts)).find((put) => put.status === "rejected");
    if (failed) throw failed.reason;
  }
}

function settledAs({ status, failure }: ImageRecord): Settled {
  if (status === "pending") return SUPERSEDED;
  return failure ? { outcome: status, failure } : { outcome: status };
}

function versionOf(change: Change): Version {
  return isAsk(change) ? change.version : changeVersion(change.sequencer);
}
