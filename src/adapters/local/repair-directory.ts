import { existsSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { pickEdits } from "../../domain/model/edits.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { PENDING_VERSION } from "../../domain/model/version.js";
import { deleteRows } from "./damaged-rows.js";
import { Database, openConnection } from "./database.js";
import type { DirectoryDamage } from "./directory-damage.js";
import { discard } from "./file-tree.js";
import { LocalMetadataRepository } from "./metadata-repository.js";
import { BLOB_COLUMNS, type ReadableRows, readReadableRows } from "./readable-rows.js";
import { toUnavailable } from "./system-errors.js";

/** A database that was made anew. Its records are missing until every image has been looked at. */
export interface RebuiltDatabase {
  /** Where the damaged one lies now; absent if there was none. */
  readonly setAside?: string;
  /** Images whose alternative texts, titles and focal points could still be read. They are pending, and keep them. */
  readonly edited: number;
}

/**
 * Repairs damage that `findDirectoryDamage` has found, while no other process uses the directory. A damaged row is
 * deleted. A damaged database is set aside, never deleted, and made anew with what can still be read of it about the
 * files. Resolves to that, and to `undefined` if the database is the old one.
 */
export async function repairDirectory(
  damage: readonly DirectoryDamage[],
): Promise<RebuiltDatabase | undefined> {
  try {
    for (const { kind, file } of damage) if (kind === "damaged-lock") discard(file);
    for (const { kind, file, row } of damage) if (kind === "damaged-row" && row) deleteRow(file, row);
    const database = damage.find(({ kind }) => kind === "damaged-database");
    return database && (await makeDatabase(database.file));
  } catch (error) {
    throw toUnavailable("repairing the data directory", error);
  }
}

function deleteRow(file: string, row: NonNullable<DirectoryDamage["row"]>): void {
  const connection = openConnection(file);
  try {
    deleteRows(connection, [row]);
  } finally {
    connection.close();
  }
}

async function makeDatabase(file: string): Promise<RebuiltDatabase> {
  const isThere = existsSync(file);
  const { edited, blobs }: ReadableRows = isThere ? readReadableRows(file) : { edited: [], blobs: [] };
  const setAside = isThere ? chooseName(file) : undefined;
  for (const suffix of ["-shm", "-wal", ""])
    if (existsSync(file + suffix)) renameSync(file + suffix, (setAside ?? chooseName(file)) + suffix);
  const database = new Database(file);
  try {
    database.runTransaction(() => {
      for (const row of blobs)
        database.run(
          `INSERT INTO blobs (${BLOB_COLUMNS.join(", ")}) VALUES (${BLOB_COLUMNS.map(() => "?").join(", ")})`,
          row,
        );
    });
    const records = new LocalMetadataRepository(database);
    for (const record of edited) await records.commit(toPending(record), { replacing: "nothing" });
  } finally {
    database.close();
  }
  return { edited: edited.length, ...(setAside !== undefined && { setAside }) };
}

/** The record by which an image is settled anew: that takes the edits of the record that it replaces. */
function toPending(record: ImageRecord): ImageRecord {
  const { imageId, key, createdAt, fileName, owner } = record;
  return {
    imageId,
    key,
    version: PENDING_VERSION,
    edition: 1,
    status: "pending",
    createdAt,
    fileName,
    ...(owner !== undefined && { owner }),
    ...pickEdits(record),
    configuration: "",
    tags: [],
    renditions: [],
  };
}

/** A name that no file has. */
function chooseName(file: string): string {
  for (let number = 1; ; number += 1) {
    const name = join(dirname(file), `damaged-${number}.db`);
    if (!existsSync(name) && !existsSync(`${name}-wal`)) return name;
  }
}
