import type { CallOptions } from "../../ports/call-options.js";
import type { Change } from "../model/change.js";
import { deriveImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import type { Rendition, RenditionKey } from "../model/rendition.js";
import { readKeyVersion, toImagePrefix, toVersionPrefix } from "../model/storage-layout.js";
import { compareVersions, incrementRevision, type Version } from "../model/version.js";
import { commitPending } from "./commit-pending.js";
import type { Needs } from "./ports.js";
import { incrementEdition, type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

type LeavingPorts = OutboxPorts & Needs<"queue" | "log">;

/** A handler that came too late. */
export interface Superseded {
  /** The record that is as new, or newer. */
  readonly record: ImageRecord;
  readonly change: Change;
  readonly version: Version;
  /** That of this handler. */
  readonly configuration: string;
  /** The renditions it wrote in this attempt. */
  readonly written: readonly Rendition[];
  /** Whether there was an earlier attempt; what that one wrote is unknown. */
  readonly again: boolean;
}

/**
 * The same or a newer version is committed. Its handler may have died before its outbox was done, and this one may
 * have written files that nobody names; both are repaired here, by whoever comes by.
 */
export async function endSuperseded(
  ports: LeavingPorts,
  { record, change, version, configuration, written, again }: Superseded,
  { signal }: CallOptions,
): Promise<void> {
  const { log, urls, queue } = ports;
  await workOffOutbox(ports, record, { cleanUp: true, signal });
  if (compareVersions(record.version, version) > 0) {
    log("debug", "superseded", { imageId: record.imageId, version, by: record.version });
    // The files were there for a moment, under names that an earlier commit of this version may have published.
    const names = again
      ? [`${toVersionPrefix(record.imageId, version)}*` as const]
      : written.map(({ key }) => key);
    if (names.length > 0) await urls.invalidate(names, { signal });
  }
  if (change.type !== "process" || record.status === "removed") return;
  if (record.configuration !== configuration || isUndone(change, record))
    await queue.send({ ...change, version: incrementRevision(record.version) }, { signal });
}

/** The change that superseded the request may have had nothing to do, and so not have done what was requested. */
function isUndone(
  { version, force, invalidate }: Extract<Change, { type: "process" }>,
  { imageId, renditions, dropped = [] }: ImageRecord,
): boolean {
  const isOlder = (key: RenditionKey) => {
    const made = readKeyVersion(imageId, key);
    return made !== undefined && compareVersions(made, version) < 0;
  };
  return (
    (force && renditions.some(({ key }) => isOlder(key))) || (invalidate === true && dropped.some(isOlder))
  );
}

/**
 * The record by which a force or an invalidation outlives an original that is gone: `undefined` where there is nothing to
 * remember. A removal ends all of it; but if the same bytes are stored again before its change arrives, nothing else would
 * tell whoever settles them that what is there must not stay.
 */
export function rememberRequest(
  change: Change,
  record: ImageRecord | undefined,
  version: Version,
): ImageRecord | undefined {
  if (change.type !== "process" || record?.status !== "ready") return undefined;
  const { force, invalidate } = change;
  if (!force && !invalidate) return undefined;
  const { dropped = [], outbox, ...rest } = record;
  const invalidations = [...new Set([...(outbox?.invalidations ?? []), ...(invalidate ? dropped : [])])];
  const events = outbox?.events ?? [];
  return {
    ...rest,
    version,
    edition: incrementEdition(record),
    // A rendition without a recipe is kept by nobody.
    renditions: force
      ? record.renditions.map((rendition) => ({ ...rendition, recipe: "" }))
      : record.renditions,
    ...(!invalidate && dropped.length > 0 && { dropped }),
    ...(invalidations.length + events.length > 0 && { outbox: { invalidations, events } }),
  };
}

/**
 * The original is gone or has changed, and a later change will settle it. What an earlier attempt of this one may
 * have written is newer than any record, so it must wait for that change; a pending record makes sure that it
 * finds something before it and cleans up.
 */
export async function leaveToLaterChange(
  ports: OutboxPorts,
  key: string,
  record: ImageRecord | undefined,
  { again, signal }: CallOptions & { readonly again: boolean },
): Promise<void> {
  if (record) return workOffOutbox(ports, record, { cleanUp: true, signal });
  if (!again) return;
  const left = await ports.renditions.list(toImagePrefix(deriveImageId(key)), { limit: 1, signal });
  if (left.items.length === 0) return;
  if (await commitPending(ports, { key, createdAt: ports.clock() }, { signal })) return;
  // The later change was faster and saw nothing before it: the cleaning up falls to this handler.
  const newer = await ports.records.get(deriveImageId(key), { signal });
  if (newer) await workOffOutbox(ports, newer, { cleanUp: true, signal });
}
