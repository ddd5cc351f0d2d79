import { versionOf } from "../../../src/domain/model/change.js";
import { sha256Hex } from "../../../src/domain/model/digest.js";
import { hasCode } from "../../../src/domain/model/errors.js";
import { eventId } from "../../../src/domain/model/image-event.js";
import { imageIdOf } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { configurationDigest } from "../../../src/domain/model/pipeline-config.js";
import { planRenditions } from "../../../src/domain/model/render-plan.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import { fakeEngine } from "../fake-engine.js";
import { CONFIGS, isNewer, type World } from "./world.js";

/**
 * Compares what a history left with what one pass over the final originals would give, and throws the first
 * difference. `configuration` says which configuration every image must have been made under; absent: any one of them.
 */
export async function judge(world: World, keys: readonly string[], configuration?: number): Promise<void> {
  if (world.broken) throw new Error(world.broken);
  if (world.messages.length > 0) throw new Error(`${world.messages.length} changes were never settled`);
  const { renditions, records } = world.stores;
  for (const key of keys) {
    const record = await records.get(imageIdOf(key));
    const original = await bytesOf(world.stores.originals, key);
    const expected = original ? await outcomeOf(original, record, configuration) : undefined;
    if (!expected) {
      if (record && record.status !== "removed")
        throw new Error(`${key} was removed but its record is ${record.status}`);
      if (record?.status === "removed" && record.expiresAt === undefined)
        throw new Error(`the tombstone of ${key} never expires`);
    } else if (record?.status !== expected.status) {
      throw new Error(`${key} should be ${expected.status} but its record is ${record?.status ?? "missing"}`);
    } else if (record.contentHash !== sha256Hex(original ?? new Uint8Array())) {
      throw new Error(`the record of ${key} is of other bytes than the original`);
    }
    if (record?.outbox) throw new Error(`the outbox of ${key} was never worked off`);
    if (record && record.status !== "removed" && record.expiresAt !== undefined)
      throw new Error(`${key} is alive but expires`);
    await judgeFiles(key, renditions, record, expected?.files ?? new Map());
    judgeEvents(world, key, record);
    judgeForce(world, key, record);
  }
  for (const cached of world.cached) {
    if ((await bytesOf(renditions, cached)) === undefined) throw new Error(`the CDN still holds ${cached}`);
  }
}

async function judgeFiles(
  key: string,
  renditions: BlobStore,
  record: ImageRecord | undefined,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const there = (await renditions.list(`${imageIdOf(key)}/`)).items.map((item) => item.key);
  const named = new Set<string>(record?.renditions.map((rendition) => rendition.key));
  const orphan = there.find((stored) => !named.has(stored));
  if (orphan) throw new Error(`${orphan} is stored but no record names it`);
  if (named.size !== files.size)
    throw new Error(`${key} should have ${files.size} renditions but has ${named.size}`);
  for (const { name, key: renditionKey } of record?.renditions ?? []) {
    const bytes = await bytesOf(renditions, renditionKey);
    if (!bytes || sha256Hex(bytes) !== sha256Hex(files.get(name) ?? new Uint8Array())) {
      throw new Error(`${renditionKey} does not hold the ${name} of ${key}`);
    }
  }
}

/** Every committed version was told, always in the same words, and the newest one tells what is true now. */
function judgeEvents(world: World, key: string, record: ImageRecord | undefined): void {
  const events = world.published.filter((event) => event.key === key);
  const told = new Set(events.map(({ id }) => id));
  const commits = [...world.committed.values()].filter((commit) => commit.key === key);
  let state: ImageRecord["status"] | undefined;
  for (const commit of commits) {
    const type = { ready: "ImageReady", rejected: "ImageRejected", removed: "ImageRemoved" } as const;
    if (commit.status === "pending") continue;
    // A request that found nothing to do only moves the version on: it says nothing new, and makes no event.
    if (commit.settledBy) continue;
    const silent = commit.status === "removed" && state === "removed";
    state = commit.status;
    if (!silent && !told.has(eventId(commit.imageId, commit.version, type[commit.status]))) {
      throw new Error(`nobody was told of the ${commit.status} of ${key}`);
    }
  }
  const newest = events.reduce<(typeof events)[number] | undefined>(
    (latest, event) => (!latest || isNewer(event.version, latest.version) ? event : latest),
    undefined,
  );
  const expected = { ImageReady: "ready", ImageRejected: "rejected", ImageRemoved: "removed" } as const;
  if (record && record.status !== "pending" && (!newest || expected[newest.type] !== record.status)) {
    throw new Error(
      `the newest event of ${key} is ${newest?.type ?? "missing"} but its record is ${record.status}`,
    );
  }
}

/** What was asked for by force was rendered again, however many requests without force were settled in between. */
function judgeForce({ forced }: World, key: string, record: ImageRecord | undefined): void {
  if (record?.status !== "ready" && record?.status !== "rejected") return;
  const { settledBy, version } = record;
  for (const ask of forced) {
    if (ask.key === key && isNewer(versionOf(ask), settledBy ?? version))
      throw new Error(`${key} was forced, but nothing was rendered since`);
  }
}

/** What one pass over these bytes gives. */
async function outcomeOf(
  bytes: Uint8Array,
  record: ImageRecord | undefined,
  configuration: number | undefined,
): Promise<{ status: "ready" | "rejected"; files: Map<string, Uint8Array> }> {
  const engine = fakeEngine();
  const digests = CONFIGS.map((config) => configurationDigest(config, engine.version));
  const used = digests.indexOf(record?.configuration ?? "");
  if (used < 0 || (configuration !== undefined && used !== configuration)) {
    throw new Error(`expected configuration ${configuration ?? "0 or 1"} but the record has ${used}`);
  }
  const config = CONFIGS[used];
  if (!config) throw new Error("no such configuration");
  try {
    const plan = planRenditions(await engine.inspect(bytes, config.uploads), config);
    const { outputs } = await engine.render(bytes, plan);
    return { status: "ready", files: new Map(outputs.map((output) => [output.name, output.bytes])) };
  } catch {
    return { status: "rejected", files: new Map() };
  }
}

async function bytesOf(store: BlobStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return (await store.get(key)).bytes;
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}
