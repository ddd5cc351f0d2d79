import { deriveVersion } from "../../domain/model/change.js";
import { computeSha256 } from "../../domain/model/digest.js";
import { pickEdits } from "../../domain/model/edits.js";
import { hasCode } from "../../domain/model/errors.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { computeConfigurationDigest } from "../../domain/model/pipeline-config.js";
import { deriveRecipe } from "../../domain/model/recipe.js";
import { planRenditions } from "../../domain/model/render-plan.js";
import { toFolder, toRenditionFileName } from "../../domain/model/rendition.js";
import { readKeyVersion } from "../../domain/model/storage-layout.js";
import type { Blob, BlobStore } from "../../ports/blob-store.js";
import { createFakeEngine, readFakePicture } from "../fake-engine.js";
import { CONFIGS } from "./configs.js";
import { judgeEvents } from "./judge-events.js";
import { isNewer, type World } from "./world.js";

/** The things that may still be open. */
export interface Leniency {
  /** Which configuration every image must have been made under; absent: any one of them. */
  readonly configuration?: number;
  /** Images whose editors were never answered: nobody has come back to do what their edits owe. Given, lost files may be missing, too. */
  readonly abandoned?: ReadonlySet<string>;
}

const ENGINE = createFakeEngine();

/** Compares what a history left with what one pass over the final originals would give, and throws the first difference. */
export async function judgeWorld(
  world: World,
  keys: readonly string[],
  leniency: Leniency = {},
): Promise<void> {
  if (world.broken) throw new Error(world.broken);
  if (world.messages.length > 0) throw new Error(`${world.messages.length} changes were never settled`);
  for (const key of keys) {
    const record = await world.stores.records.get(deriveImageId(key));
    const original = await getBlob(world.originals, key);
    const owes = leniency.abandoned?.has(key);
    if (!owes && record?.outbox) throw new Error(`the outbox of ${key} was never worked off`);
    await judgeRecord(world, key, record, original, leniency);
    if (!owes) judgeEvents(world, key, record);
    judgeForce(world, key, record);
    await judgeCdn(world, key, record);
  }
}

async function judgeRecord(
  world: World,
  key: string,
  record: ImageRecord | undefined,
  original: Blob | undefined,
  leniency: Leniency,
): Promise<void> {
  if (!original) {
    if (record && record.status !== "removed")
      throw new Error(`${key} was removed but its record is ${record.status}`);
    if (record?.status === "removed" && record.expiresAt === undefined)
      throw new Error(`the tombstone of ${key} never expires`);
    return judgeFiles(world, key, record, new Map(), leniency);
  }
  if (record?.expiresAt !== undefined) throw new Error(`${key} is alive but expires`);
  const expected = await computeOutcome(original.bytes, record, leniency);
  if (record?.status !== expected.status)
    throw new Error(`${key} should be ${expected.status} but its record is ${record?.status ?? "missing"}`);
  if (record.contentHash !== computeSha256(original.bytes))
    throw new Error(`the record of ${key} is of other bytes than the original`);
  if (record.etag !== original.etag || record.createdAt !== original.storedAt.toISOString())
    throw new Error(`the record of ${key} is not of the original that is stored`);
  const said = world.laws.pickEdits(record.imageId);
  if (JSON.stringify(pickEdits(record)) !== JSON.stringify(said))
    throw new Error(`an edit of ${key} is lost`);
  await judgeFiles(world, key, record, expected.files, leniency);
}

/** Every rendition that the record names is stored and shows what it should, and no other is stored. */
async function judgeFiles(
  { renditions }: World,
  key: string,
  record: ImageRecord | undefined,
  files: ReadonlyMap<string, { picture: string; recipe: string }>,
  { abandoned }: Leniency,
): Promise<void> {
  const there = await renditions.listKeys([deriveImageId(key)]);
  const named = new Set<string>(record?.renditions.map((rendition) => rendition.key));
  for (const stored of there)
    if (!named.has(stored)) throw new Error(`${stored} is stored but no record names it`);
  if (named.size !== files.size)
    throw new Error(`${key} should have ${files.size} renditions but has ${named.size}`);
  judgeFolders(key, record);
  for (const { name, format, recipe, key: renditionKey } of record?.renditions ?? []) {
    const file = files.get(toRenditionFileName({ name, format }));
    if (recipe !== file?.recipe) throw new Error(`the ${name} of ${key} has another recipe than planned`);
    const blob = await getBlob(renditions, renditionKey);
    if (!blob && abandoned && renditions.damaged.has(renditionKey)) continue;
    if (!blob || readFakePicture(blob.bytes) !== file.picture)
      throw new Error(`${renditionKey} does not show the ${name} of ${key}`);
  }
}

/** The formats of one spec lie together, so that one URL can stand for all of them. */
function judgeFolders(key: string, record: ImageRecord | undefined): void {
  const folders = new Map<string, string>();
  for (const { name, key: renditionKey } of record?.renditions ?? []) {
    const folder = folders.get(name) ?? toFolder(renditionKey);
    if (folder !== toFolder(renditionKey)) throw new Error(`the formats of the ${name} of ${key} lie apart`);
    folders.set(name, folder);
  }
}

/** A forced request was rendered again, however many requests without force were settled in between. */
function judgeForce({ forced }: World, key: string, record: ImageRecord | undefined): void {
  if (record?.status !== "ready") return;
  for (const change of forced) {
    const version = deriveVersion(change, undefined);
    const old = record.renditions.find((rendition) => {
      const made = readKeyVersion(record.imageId, rendition.key);
      return change.key === key && made && isNewer(version, made);
    });
    if (old) throw new Error(`${key} was forced, but ${old.key} is of before`);
  }
}

/**
 * The CDN holds nothing of what was removed or replaced by another picture, and of this picture only what the record
 * names or remembers, so that it can be forgotten one day; and nothing at all of what must not be seen.
 */
async function judgeCdn(
  { cached, laws }: World,
  key: string,
  record: ImageRecord | undefined,
): Promise<void> {
  const known = new Set<string>([
    ...(record?.renditions ?? []).map((one) => one.key),
    ...(record?.dropped ?? []),
  ]);
  for (const held of cached) {
    if (!held.startsWith(`${deriveImageId(key)}/`)) continue;
    if (laws.unwanted.has(held)) throw new Error(`the CDN still holds ${held}, which must not be seen`);
    if (!known.has(held)) throw new Error(`the CDN still holds ${held}`);
    if (laws.pictureOf.get(held) !== record?.contentHash)
      throw new Error(`the CDN still holds ${held}, which is of another picture`);
  }
}

/** Computes the outcome of one pass over these bytes, with the edits of the picture. */
async function computeOutcome(
  bytes: Uint8Array,
  record: ImageRecord | undefined,
  { configuration }: Leniency,
): Promise<{ status: "ready" | "rejected"; files: Map<string, { picture: string; recipe: string }> }> {
  const digests = CONFIGS.map((config) => computeConfigurationDigest(config, ENGINE.version));
  const used = digests.indexOf(record?.configuration ?? "");
  const config = CONFIGS[used];
  if (!config || (configuration !== undefined && used !== configuration))
    throw new Error(
      `the record was settled under configuration ${used} instead of ${configuration ?? "0, 1 or 2"}`,
    );
  try {
    const facts = await ENGINE.inspect(bytes, config.uploads);
    const plan = planRenditions(facts, config, { focalPoint: record?.focalPoint });
    const { outputs } = await ENGINE.render(bytes, plan);
    const ingredients = { sha256: computeSha256(bytes), metadata: config.metadata, engine: ENGINE.version };
    const recipes = new Map(
      plan.outputs.map((output) => [toRenditionFileName(output), deriveRecipe(output, ingredients)]),
    );
    return {
      status: "ready",
      files: new Map(
        outputs.map((output) => [
          toRenditionFileName(output),
          {
            picture: readFakePicture(output.bytes),
            recipe: recipes.get(toRenditionFileName(output)) ?? "",
          },
        ]),
      ),
    };
  } catch {
    return { status: "rejected", files: new Map() };
  }
}

async function getBlob(store: BlobStore, key: string): Promise<Blob | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}
