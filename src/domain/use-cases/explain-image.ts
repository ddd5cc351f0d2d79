import type { ListedBlob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import { FINDING_KINDS, type Finding } from "../model/finding.js";
import type { ImageFormat } from "../model/image-format.js";
import type { ImageId } from "../model/image-id.js";
import { type ImageRecord, type ImageStatus, isProcessed } from "../model/image-record.js";
import { computeConfigurationDigest, isSameConfiguration } from "../model/pipeline-config.js";
import { planOutputs } from "../model/render-plan.js";
import { toRenditionFileName } from "../model/rendition.js";
import { readKeyVersion } from "../model/storage-layout.js";
import type { Version } from "../model/version.js";
import { GRACE } from "./doctor-images.js";
import { examineImage, isOfOriginal, type Look, listFindings } from "./examine-image.js";
import { deriveRecipes, selectWholeSpecs } from "./kept-renditions.js";
import type { Needs } from "./ports.js";

/** One file of an image, or one that is to be made. */
export interface ExplainedFile {
  /** The spec that it is made from; absent for a file that the record does not name. */
  readonly name?: string;
  readonly format?: ImageFormat;
  /** Absent for a file that is to be made. */
  readonly key?: string;
  /** The version of the settlement that made it. */
  readonly madeBy?: Version;
  /**
   * - `current`: it is what its spec calls for now.
   * - `outdated`: its spec, the configuration, the focal point or the engine has changed since.
   * - `unplanned`: the configuration has no such spec any more.
   * - `missing`: the record names it, but it is not stored.
   * - `orphaned`: it is stored, but the record does not name it.
   * - `planned`: it is called for and has never been made.
   */
  readonly state: "current" | "outdated" | "unplanned" | "missing" | "orphaned" | "planned";
  /** The fate of the file when the image is settled anew. */
  readonly next: "keep" | "render" | "delete";
}

/** How an image came to be what it is, and what would be done about it now. */
export interface Explanation {
  readonly imageId: ImageId;
  readonly key?: string;
  readonly status: ImageStatus;
  /** The version of its last settlement. */
  readonly version: Version;
  /** How often its record was written. */
  readonly edition: number;
  /** The configuration that it was settled under, compared with that in force; absent while it is pending. */
  readonly configuration?: "same" | "other-engine" | "other";
  /** The original that it was settled from, compared with what lies there; `other` if it was not settled yet, too. */
  readonly original: "same" | "other" | "none";
  readonly files: readonly ExplainedFile[];
  /** Everything that is wrong with it, but for what is younger than an hour. */
  readonly findings: readonly Finding[];
  /**
   * The work of `reconcile` on it, which leaves alone what is younger than an hour. `wait`: nothing else is wrong, such as
   * while it is pending; `leave`: only another engine has rendered it, which nobody asked to change; `remove`: its original
   * is gone; `close`: whatever else was found.
   */
  readonly next: "nothing" | "wait" | "leave" | "close" | "remove";
}

type ExplainPorts = Needs<"originals" | "renditions" | "records" | "config" | "engine" | "clock">;

/** Explains one image: which settlement made each of its files, what is outdated, and what would be done. Reads only; `undefined` for an image that there never was. */
export async function explainImage(
  ports: ExplainPorts,
  imageId: ImageId,
  { signal }: CallOptions = {},
): Promise<Explanation | undefined> {
  const now = ports.clock();
  const examination = { imageId, now, restingSince: now, kinds: new Set(FINDING_KINDS) };
  const look = await examineImage(ports, examination, { signal });
  const { record, key } = look;
  if (!record) return undefined;
  const resting = { ...examination, restingSince: new Date(now.getTime() - GRACE) };
  const isWrong = look.findings.length > 0;
  const findings = isWrong ? listFindings(ports, look, resting) : [];
  return {
    imageId,
    ...(key !== undefined && { key }),
    status: record.status,
    version: record.version,
    edition: record.edition,
    ...(isProcessed(record) && { configuration: compareConfiguration(ports, record.configuration) }),
    original: compareOriginal(look),
    files: explainFiles(ports, record, look.files),
    findings,
    next: isWrong && findings.length === 0 ? "wait" : decideNext(findings),
  };
}

function compareConfiguration({ config, engine }: Needs<"config" | "engine">, settled: string) {
  const inForce = computeConfigurationDigest(config, engine.version);
  if (settled === inForce) return "same";
  return isSameConfiguration(settled, inForce) ? "other-engine" : "other";
}

function compareOriginal({ record, original }: Look): Explanation["original"] {
  if (!original) return "none";
  return isProcessed(record) && isOfOriginal(record, original) ? "same" : "other";
}

function explainFiles(
  ports: Needs<"config" | "engine">,
  record: ImageRecord,
  files: readonly ListedBlob[],
): readonly ExplainedFile[] {
  const { imageId } = record;
  const stored = new Set(files.map(({ key }) => key));
  const named = new Set<string>(record.renditions.map(({ key }) => key));
  const orphans = files
    .filter(({ key }) => !named.has(key))
    .map(({ key }) => ({ key, ...readMaker(imageId, key), state: "orphaned", next: "delete" }) as const);
  if (record.status !== "ready") return orphans;
  const { key, focalPoint, source } = record;
  const outputs = planOutputs(source, ports.config, { key, focalPoint });
  const recipes = deriveRecipes(ports, outputs, source.sha256);
  const there = record.renditions.filter((rendition) => stored.has(rendition.key));
  const kept = new Set(
    selectWholeSpecs(there, outputs, recipes).map((rendition) => toRenditionFileName(rendition)),
  );
  const made = record.renditions.map((rendition) => {
    const file = toRenditionFileName(rendition);
    return {
      name: rendition.name,
      format: rendition.format,
      key: rendition.key,
      ...readMaker(imageId, rendition.key),
      state: describeState(rendition.recipe, recipes.get(file), stored.has(rendition.key)),
      next: kept.has(file)
        ? ("keep" as const)
        : recipes.has(file)
          ? ("render" as const)
          : ("delete" as const),
    };
  });
  const known = new Set(record.renditions.map(toRenditionFileName));
  const planned = outputs
    .filter((output) => !known.has(toRenditionFileName(output)))
    .map(({ name, format }) => ({ name, format, state: "planned", next: "render" }) as const);
  return [...made, ...planned, ...orphans];
}

function describeState(
  recipe: string,
  planned: string | undefined,
  isStored: boolean,
): ExplainedFile["state"] {
  if (!isStored) return "missing";
  if (planned === undefined) return "unplanned";
  return planned === recipe ? "current" : "outdated";
}

function readMaker(imageId: ImageId, key: string): { readonly madeBy?: Version } {
  const madeBy = readKeyVersion(imageId, key);
  return madeBy === undefined ? {} : { madeBy };
}

function decideNext(findings: readonly Finding[]): Explanation["next"] {
  const kinds = new Set(findings.map(({ kind }) => kind));
  if (kinds.size === 0) return "nothing";
  if (kinds.has("missing-original")) return "remove";
  return kinds.size === 1 && kinds.has("other-engine") ? "leave" : "close";
}
