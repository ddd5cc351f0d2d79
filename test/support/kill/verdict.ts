import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Connection from "libsql";
import sharp from "sharp";
import { local } from "../../../src/adapters/local/index.js";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";

/** The faults of a data directory, a sentence each. */
export interface Verdict {
  /** Originals without a settled record of their bytes. */
  readonly lost: readonly string[];
  /** Files that are not whole, or that a record names and that are not there. */
  readonly half: readonly string[];
  /** Files that nobody names, records without an original, temporary files, open changes. */
  readonly wrong: readonly string[];
}

/** Finds what must never be, at any moment: a committed record that names bytes that are missing or incomplete. */
export async function findHalves(dir: string): Promise<readonly string[]> {
  const half: string[] = [];
  for (const { key, renditions } of await readRecords(dir)) {
    for (const { key: file, bytes } of renditions) {
      const path = join(dir, "renditions", file);
      if (!existsSync(path)) half.push(`${key}: no ${file}`);
      else if (readFileSync(path).length !== bytes) half.push(`${key}: ${file} has another length`);
    }
  }
  return half;
}

/**
 * Judges a data directory once everything was settled. `expected`: the hash of the original under each key. `seen`: the
 * originals as the pipeline saw them.
 */
export async function judgeDirectory(
  dir: string,
  expected?: ReadonlyMap<string, string>,
  seen: (originals: BlobStore) => BlobStore = (originals) => originals,
): Promise<Verdict> {
  const lost: string[] = [];
  const half = [...(await findHalves(dir))];
  const wrong: string[] = [];
  const records = new Map((await readRecords(dir)).map((record) => [String(record.key), record]));
  const originals = await readOriginals(dir, seen);
  for (const [key, hash] of new Map([...originals, ...(expected ?? [])])) {
    const record = records.get(key);
    if (originals.get(key) !== hash) lost.push(`${key}: its original`);
    if (record?.status !== "ready" || record.contentHash !== hash)
      lost.push(`${key}: ${record?.status ?? "no record"} ${record?.failure?.message ?? ""}`);
  }
  for (const key of records.keys())
    if (!originals.has(key)) wrong.push(`${key}: a record without an original`);
  const named = new Set<string>(
    [...records.values()].flatMap(({ renditions }) => renditions.map(({ key }) => key)),
  );
  const files = listFiles(join(dir, "renditions"));
  for (const file of files) {
    if (!named.has(file)) wrong.push(`${file}: nobody names it`);
    await sharp(readFileSync(join(dir, "renditions", file)), { failOn: "warning" })
      .stats()
      .catch((error: unknown) => half.push(`${file}: ${String(error)}`));
  }
  for (const file of listFiles(join(dir, "tmp"))) wrong.push(`tmp/${file}: left behind`);
  for (const link of listFiles(join(dir, "by-name"))) {
    if (!existsSync(join(dir, "by-name", link))) wrong.push(`by-name/${link}: leads nowhere`);
  }
  const open = openChanges(dir);
  if (open > 0) wrong.push(`${open} changes: open`);
  return { lost, half, wrong };
}

/** Every record of a data directory, read from its database. */
export async function readRecords(dir: string): Promise<readonly ImageRecord[]> {
  const adapters = local({ dir });
  try {
    return (await adapters.records.list({ limit: 1_000 })).items;
  } finally {
    adapters.close();
  }
}

async function readOriginals(
  dir: string,
  seen: (originals: BlobStore) => BlobStore,
): Promise<ReadonlyMap<string, string>> {
  const adapters = local({ dir });
  const originals = seen(adapters.originals);
  try {
    const found = new Map<string, string>();
    for (const { key } of (await originals.list("")).items)
      found.set(key, computeSha256((await originals.get(key)).bytes));
    return found;
  } finally {
    adapters.close();
  }
}

function openChanges(dir: string): number {
  const connection = new Connection(join(dir, "safelight.db"));
  try {
    return connection.prepare("SELECT id FROM changes").all([]).length;
  } finally {
    connection.close();
  }
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
