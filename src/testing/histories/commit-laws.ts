import type { Change } from "../../domain/model/change.js";
import { applyEdit, type Edits, type EditsInput, pickEdits } from "../../domain/model/edits.js";
import type { ImageId } from "../../domain/model/image-id.js";
import { type ImageRecord, isProcessed } from "../../domain/model/image-record.js";
import type { Rendition } from "../../domain/model/rendition.js";
import { readKeyVersion } from "../../domain/model/storage-layout.js";
import { compareVersions, type Version } from "../../domain/model/version.js";
import type { Originals } from "./originals.js";
import type { Renditions } from "./renditions.js";

/** Who writes. */
export interface Actor {
  readonly change?: Change;
  readonly edit?: EditsInput;
  /** How many changes there had been when it began. */
  readonly began?: number;
  /** Whether a write of it met another record than it had read. */
  conflicted?: boolean;
}

/** The things beside the records that the laws look at. */
export interface Surroundings {
  readonly renditions: Renditions;
  readonly originals: Originals;
  readonly reportBroken: (law: string) => void;
}

/** The laws of each record that replaces another one, and the memory of everything that was committed. */
export class CommitLaws {
  readonly #around: Surroundings;
  /** Every record of an image, in the order of its commits. */
  readonly history = new Map<ImageId, ImageRecord[]>();
  readonly urlsEverPublished = new Set<string>();
  /** The bytes that each named rendition was made of. */
  readonly pictureOf = new Map<string, string>();
  /** Keys that must be gone from the CDN in the end, because somebody demanded it. */
  readonly unwanted = new Set<string>();
  /** Images whose first life nobody remembers. */
  readonly wasPurged = new Set<ImageId>();
  readonly #said = new Map<ImageId, Edits>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The edits of an image that nothing has taken back. */
  pickEdits(imageId: ImageId): Edits {
    return this.#said.get(imageId) ?? {};
  }

  recordPurge(imageId: ImageId): void {
    this.wasPurged.add(imageId);
    this.history.delete(imageId);
    this.#said.delete(imageId);
  }

  async judgeCommit(record: ImageRecord, replaced: ImageRecord | undefined, actor: Actor): Promise<void> {
    this.history.set(record.imageId, [...(this.history.get(record.imageId) ?? []), record]);
    for (const { key } of record.renditions) {
      this.urlsEverPublished.add(key);
      this.pictureOf.set(key, record.contentHash ?? "");
    }
    if (record.edition <= (replaced?.edition ?? 0))
      this.#around.reportBroken(`a write of ${record.key} left its edition`);
    this.#judgeEdits(record, replaced, actor);
    if (!replaced || compareVersions(replaced.version, record.version) === 0) return;
    if (actor.change?.type === "process" && actor.change.invalidate)
      this.#requireInvalidation(record, replaced);
    await this.#judgeUrls(record, replaced, actor);
    this.#judgeNews(record, replaced, actor);
  }

  /** Every settlement keeps the edits, and only people change them. */
  #judgeEdits(record: ImageRecord, replaced: ImageRecord | undefined, { edit }: Actor): void {
    const { imageId } = record;
    const isEdit = edit && record.outbox?.events.some(({ edition }) => edition === record.edition);
    const { focalPoint, ...words } = isEdit
      ? applyEdit(this.pickEdits(imageId), edit)
      : this.pickEdits(imageId);
    const isOther =
      isProcessed(replaced) && isProcessed(record) && replaced.contentHash !== record.contentHash;
    const said =
      record.status === "removed" ? {} : { ...(focalPoint && !isOther && { focalPoint }), ...words };
    this.#said.set(imageId, said);
    if (JSON.stringify(pickEdits(record)) !== JSON.stringify(pickEdits(said)))
      this.#around.reportBroken(
        `${record.key} has ${JSON.stringify(pickEdits(record))}, but people said ${JSON.stringify(said)}`,
      );
  }

  /**
   * A request of this version demands that nothing is seen any longer of what was published of an image before and is not
   * named by its record. The version is fixed when the request begins; what is published between then and its answer may
   * count as published after it.
   */
  requireGone(imageId: ImageId, version: Version, record: ImageRecord | undefined): void {
    const named = new Set<string>(record?.renditions.map(({ key }) => key));
    for (const key of this.urlsEverPublished) {
      const made = readKeyVersion(imageId, key);
      if (made && compareVersions(made, version) < 0 && !named.has(key)) this.unwanted.add(key);
    }
  }

  /** A published rendition that is not as it should be must not be seen any longer. */
  #requireInvalidation(record: ImageRecord, replaced: ImageRecord): void {
    const kept = new Set(record.renditions.map(({ key }) => key));
    for (const { key } of replaced.renditions) if (!kept.has(key)) this.unwanted.add(key);
    for (const key of replaced.dropped ?? []) this.unwanted.add(key);
  }

  /** The URLs of a spec live while the recipes of all its formats live and their files are there. */
  async #judgeUrls(record: ImageRecord, replaced: ImageRecord, { change }: Actor): Promise<void> {
    if (change?.type === "process" && change.force) return;
    const { renditions, reportBroken } = this.#around;
    const there = await renditions.listKeys([record.imageId]);
    const findSameRecipe = ({ name, format, recipe }: Rendition) =>
      replaced.renditions.find(
        (one) => one.name === name && one.format === format && one.recipe === recipe && there.has(one.key),
      );
    for (const { name, key } of replaced.renditions) {
      const next = record.renditions.filter((rendition) => rendition.name === name);
      const before = next.map(findSameRecipe);
      if (!before.some((one) => one?.key === key)) continue;
      if (before.some((one) => one === undefined || renditions.damaged.has(one.key))) continue;
      if (!next.some((one) => one.key === key))
        reportBroken(`${key} died although nothing of its spec had changed`);
    }
  }

  /** There is an event only where there is news. */
  #judgeNews(record: ImageRecord, replaced: ImageRecord, { change, began, conflicted }: Actor): void {
    if (!isProcessed(record) || !isProcessed(replaced) || conflicted) return;
    if (change?.type === "process" && (change.force || change.invalidate)) return;
    if (began !== this.#around.originals.changes || this.#around.renditions.damaged.size > 0) return;
    const isTold = record.outbox?.events.some(
      ({ version }) => compareVersions(version, record.version) === 0,
    );
    if (isTold && listVisible(record) === listVisible(replaced))
      this.#around.reportBroken(`an event tells of ${record.key}, but there is no news`);
  }
}

/** All of a record that a settlement may change and somebody may care about. */
export function listVisible({
  etag,
  status,
  createdAt,
  fileName,
  configuration,
  renditions,
  failure,
  owner,
}: ImageRecord): string {
  // Nobody is shown a recipe, and other pictures have other keys.
  const shown = renditions.map(({ recipe: _, ...rest }) => rest);
  return JSON.stringify([etag, status, createdAt, fileName, configuration, shown, failure, owner]);
}
