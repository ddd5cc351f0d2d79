import type { ChangeQueue } from "../../ports/change-queue.js";
import type { Ask } from "../model/change.js";
import { hasCode } from "../model/errors.js";
import type { Finding, FindingKind } from "../model/finding.js";
import type { ImageId } from "../model/image-id.js";
import { compareVersions, nextRevision } from "../model/version.js";
import type { Examination, ExamineImage, ExaminePorts } from "./examine-image.js";
import { lookAtOriginal } from "./look-at-original.js";
import type { SettleOriginal } from "./settle-original.js";
import { type OutboxPorts, workOffOutbox } from "./work-off-outbox.js";
import type { SettleOpenOptions } from "./work-queue.js";

/** What repairing needs. */
export interface RepairPorts extends OutboxPorts, ExaminePorts {
  readonly queue: ChangeQueue;
  readonly settle: SettleOriginal;
  readonly settleOpen: (options: SettleOpenOptions) => Promise<unknown>;
  readonly examine: ExamineImage;
}

/** What is mended by settling the image anew, by what its original is now. */
const SETTLED_ANEW: ReadonlySet<FindingKind> = new Set([
  "missing-rendition",
  "stuck-pending",
  "unrecorded-original",
  "missing-original",
  "outdated-record",
]);

/**
 * Mends one image. It goes the ways that handlers go, asks, conditional commits and outboxes, so it may run beside
 * them; only orphans newer than any record need the age that an {@link Examination} demands.
 */
export class RepairImage {
  readonly #ports: RepairPorts;

  constructor(ports: RepairPorts) {
    this.#ports = ports;
  }

  /** Resolves once everything was tried; throws what kept it from being done. Repeating it is harmless. */
  async run(examination: Examination): Promise<void> {
    const { imageId, key, signal } = examination;
    const findings = await this.#ports.examine.run(examination);
    const found = new Set(findings.map(({ kind }) => kind));
    if (found.has("unfinished-outbox") || found.has("orphaned-rendition")) await this.#tidy(imageId, signal);
    const robbed = await this.#deleteOrphans(findings, examination);
    if (robbed || findings.some(({ kind }) => SETTLED_ANEW.has(kind)))
      await this.#settleAnew(imageId, key, signal);
    if (found.has("expired-tombstone")) await this.#purge(examination);
  }

  /** Works off the outbox, and deletes what is not newer than the record and not named by it. */
  async #tidy(imageId: ImageId, signal?: AbortSignal): Promise<void> {
    const record = await this.#ports.records.get(imageId, { signal });
    if (record) await workOffOutbox(this.#ports, record, { cleanUp: true, signal });
  }

  /**
   * Deletes what is newer than the record, or has none, and is so old that no handler can still be about to commit it.
   * A handler that takes the same work up again writes the same keys, so their age is asked once more; should it
   * do so in the very moment between, its record names what was deleted. Resolves to whether that happened.
   */
  async #deleteOrphans(findings: readonly Finding[], examination: Examination): Promise<boolean> {
    const { imageId, restingSince, signal } = examination;
    const { records, renditions } = this.#ports;
    const named = async () =>
      new Set((await records.get(imageId, { signal }))?.renditions.map(({ key }) => key));
    const resting: string[] = [];
    for (const { kind, rendition } of findings) {
      if (kind !== "orphaned-rendition" || rendition === undefined) continue;
      const file = await lookAtOriginal(renditions, rendition, signal);
      if (file && file.storedAt <= restingSince) resting.push(rendition);
    }
    if (resting.length === 0) return false;
    const before = await named();
    const orphans = resting.filter((key) => !before.has(key));
    await renditions.deleteAll(orphans, { signal });
    const after = await named();
    return orphans.some((key) => after.has(key));
  }

  /** Asks for what the original calls for now, with a version of its own, and sees to it that it is done. */
  async #settleAnew(imageId: ImageId, known: string | undefined, signal?: AbortSignal): Promise<void> {
    const { records, originals, queue, settleOpen, settle } = this.#ports;
    const record = await records.get(imageId, { signal });
    const key = known ?? record?.key;
    if (key === undefined) return;
    const original = await lookAtOriginal(originals, key, signal);
    if (!original && (!record || record.status === "removed")) return;
    const version = nextRevision(record?.version);
    const change: Ask = { type: original ? "process" : "remove", key, version };
    await queue.send(change, { signal });
    await settleOpen({ key, signal });
    const settled = await records.get(imageId, { signal });
    if (!settled || compareVersions(settled.version, version) < 0)
      await settle.settle({ id: "", change, receives: 1 }, { signal });
  }

  async #purge({ imageId, now, signal }: Examination): Promise<void> {
    const { records } = this.#ports;
    const record = await records.get(imageId, { signal });
    const due = record?.status === "removed" && record.expiresAt !== undefined;
    if (!due || Date.parse(record.expiresAt ?? "") > now.getTime()) return;
    try {
      await records.purge(imageId, { replacing: record.version, signal });
    } catch (error) {
      // Uploaded again in this moment: the tombstone is gone in a better way.
      if (!hasCode(error, "conflict")) throw error;
    }
  }
}
