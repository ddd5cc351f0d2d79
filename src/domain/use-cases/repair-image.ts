import type { CallOptions } from "../../ports/call-options.js";
import type { ImageRequest } from "../model/change.js";
import { hasCode } from "../model/errors.js";
import type { Finding, FindingKind } from "../model/finding.js";
import type { ImageId } from "../model/image-id.js";
import { incrementRevision } from "../model/version.js";
import { type Examination, examineImage } from "./examine-image.js";
import { findBlob } from "./find-blob.js";
import type { Needs } from "./ports.js";
import type { SettlePorts } from "./settle-change.js";
import { settleNow } from "./settle-now.js";
import { type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";

/** Findings that settling the image again closes. */
export const SETTLED_ANEW: ReadonlySet<FindingKind> = new Set([
  "missing-rendition",
  "stuck-pending",
  "unrecorded-original",
  "missing-original",
  "outdated-record",
  "outdated-rendition",
  "crashed-decoding",
  "outdated-configuration",
  "other-engine",
]);

/**
 * Puts one image right. It works as handlers do, with requests, conditional commits and outboxes, so it may run beside
 * them; only orphans newer than any record need the age that an {@link Examination} demands. Resolves once everything
 * was tried; throws what kept it from being done. Repeating it is harmless.
 */
export async function repairImage(
  ports: SettlePorts,
  examination: Examination,
  { signal }: CallOptions = {},
): Promise<void> {
  const request = await repairStores(ports, examination, { signal });
  if (request) await settleNow(ports, request, { isFinal: true, signal });
  await purgeExpired(ports, examination, { signal });
}

/**
 * As {@link repairImage}, but settling the image is left to whoever works the queue. Resolves to the request that was
 * sent for that, if there was one.
 */
export async function requestRepair(
  ports: RepairPorts,
  examination: Examination,
  { signal }: CallOptions = {},
): Promise<ImageRequest | undefined> {
  const request = await repairStores(ports, examination, { signal });
  if (!request) await purgeExpired(ports, examination, { signal });
  return request;
}

/** The ports that putting an image right needs, but for settling it. */
export type RepairPorts = OutboxPorts & Needs<"originals" | "queue" | "config" | "engine">;

/** Does what needs no settling, and sends the request for what does. */
async function repairStores(
  ports: RepairPorts,
  examination: Examination,
  { signal }: CallOptions,
): Promise<ImageRequest | undefined> {
  const { findings } = await examineImage(ports, examination, { signal });
  const found = new Set(findings.map(({ kind }) => kind));
  if (found.has("unfinished-outbox") || found.has("orphaned-rendition")) {
    const record = await ports.records.get(examination.imageId, { signal });
    if (record) await workOffOutbox(ports, record, { cleanUp: true, signal });
  }
  const renditionsLost = await deleteOrphans(ports, findings, examination, { signal });
  if (!renditionsLost && !findings.some(({ kind }) => SETTLED_ANEW.has(kind))) return undefined;
  return requestSettling(ports, examination, { signal });
}

/**
 * Deletes what is newer than the record, or has none, and is so old that no handler can still be about to commit it.
 * A handler that takes the same work up again writes the same keys, so their age is asked once more; should it
 * do so in the very moment between, its record names what was deleted. Resolves to whether that happened.
 */
async function deleteOrphans(
  { records, renditions }: Needs<"records" | "renditions">,
  findings: readonly Finding[],
  { imageId, restingSince }: Examination,
  { signal }: CallOptions,
): Promise<boolean> {
  const readNamedKeys = async () =>
    new Set<string>((await records.get(imageId, { signal }))?.renditions.map(({ key }) => key));
  const resting: string[] = [];
  for (const { kind, rendition } of findings) {
    if (kind !== "orphaned-rendition" || rendition === undefined) continue;
    const file = await findBlob(renditions, rendition, { signal });
    if (file && file.storedAt <= restingSince) resting.push(rendition);
  }
  if (resting.length === 0) return false;
  const before = await readNamedKeys();
  const orphans = resting.filter((key) => !before.has(key));
  await renditions.deleteAll(orphans, { signal });
  const after = await readNamedKeys();
  return orphans.some((key) => after.has(key));
}

/** Asks for what the original calls for now, with a version of its own. */
async function requestSettling(
  { records, originals, queue }: Needs<"records" | "originals" | "queue">,
  { imageId, key: known }: { imageId: ImageId; key?: string },
  { signal }: CallOptions,
): Promise<ImageRequest | undefined> {
  const record = await records.get(imageId, { signal });
  const key = known ?? record?.key;
  if (key === undefined) return undefined;
  const original = await findBlob(originals, key, { signal });
  if (!original && (!record || record.status === "removed")) return undefined;
  const version = incrementRevision(record?.version);
  const request = { type: original ? "process" : "remove", key, version } as const;
  await queue.send(request, { signal });
  return request;
}

async function purgeExpired(
  { records }: Needs<"records">,
  { imageId, kinds, now }: Examination,
  { signal }: CallOptions,
): Promise<void> {
  if (!kinds.has("expired-tombstone")) return;
  const record = await records.get(imageId, { signal });
  if (!record?.expiresAt || Date.parse(record.expiresAt) > now.getTime()) return;
  try {
    await records.purge(imageId, { replacing: record, signal });
  } catch (error) {
    // Uploaded again in this moment: the tombstone is gone in a better way.
    if (!hasCode(error, "conflict")) throw error;
  }
}
