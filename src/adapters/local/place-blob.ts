import { statSync } from "node:fs";
import { hasCode } from "../../domain/model/errors.js";
import type { PutResult } from "../../ports/blob-store.js";
import { type AttributeTable, type BlobAttributes, identifyFile, type RowState } from "./blob-attributes.js";
import type { ChangeLog } from "./change-log.js";
import type { Database } from "./database.js";
import { moveIntoPlace, readFileStat } from "./file-tree.js";

/** The parts of a store that a put writes to. */
export interface PlacingStore {
  readonly database: Database;
  readonly root: string;
  readonly attributes: AttributeTable;
  readonly changes: ChangeLog | undefined;
}

/** Moves a finished file to `path` and writes down what is said of it. Runs under the lock of the directory. */
export function placeBlob(
  { database, root, attributes, changes }: PlacingStore,
  temporary: string,
  path: string,
  given: BlobAttributes,
): PutResult {
  const { etag } = given;
  const identity = identifyFile(statSync(temporary, { bigint: true }));
  const before = attributes.readState(path, etag);
  // Written down before it happens: a crash in between leaves a row of content that was never there, which every
  // reader passes over, while a file without its row would be an upload that nobody settles.
  const sequencer = database.runTransaction(() => {
    attributes.save(path, identity, given);
    return changes?.recordCreation(path, etag);
  });
  try {
    moveIntoPlace(temporary, root, path);
  } catch (error) {
    const stored = readFileStat(root, path);
    // It may have been moved, and only not been made durable: then the row is right.
    if (stored === undefined || identifyFile(stored) !== identity) tryPutBack(attributes, path, etag, before);
    throw error;
  }
  attributes.delete(path, etag);
  return sequencer === undefined ? { etag } : { etag, sequencer };
}

/** Where this fails too, on a full disk for example, readers pass over the row, and `doctor` finds it. */
function tryPutBack(attributes: AttributeTable, path: string, etag: string, before: RowState): void {
  try {
    attributes.putBack(path, etag, before);
  } catch (error) {
    if (!hasCode(error, "unavailable")) throw error;
  }
}
