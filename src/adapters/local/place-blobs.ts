import { statSync } from "node:fs";
import { join, sep } from "node:path";
import { hasCode } from "../../domain/model/errors.js";
import type { PutResult } from "../../ports/blob-store.js";
import { type AttributeTable, type BlobAttributes, identifyFile, type RowState } from "./blob-attributes.js";
import type { Database } from "./database.js";
import { moveIntoPlace, readFileStat, syncDirectory } from "./file-tree.js";
import { type Outcome, toOutcome } from "./group-commit.js";

/** The parts of a store that a put writes to. */
export interface PlacingStore {
  readonly database: Pick<Database, "runEach">;
  readonly root: string;
  readonly attributes: AttributeTable;
  /** Writes the change of an original down, and returns its sequencer. */
  readonly recordCreation: ((path: string, etag: string) => string) | undefined;
}

/** A finished file, and where it is to be stored with what is said of it. */
export interface Placement {
  readonly store: PlacingStore;
  readonly temporary: string;
  readonly path: string;
  readonly attributes: BlobAttributes;
  /** Removes what the file replaces elsewhere, once it is in place. */
  readonly removeReplaced: () => void;
}

/** A placement that has been written down. */
interface Written extends Placement {
  readonly identity: string;
  readonly before: RowState;
  readonly sequencer: string | undefined;
}

/**
 * Moves finished files, no two of them to the same place, and writes down what is said of them: in one transaction and with
 * one sync of each directory. What fails, fails alone. Runs under the lock of the directory.
 */
export function placeBlobs(placements: readonly Placement[]): readonly Outcome<PutResult>[] {
  const written = runEach(
    placements.map((result) => ({ result })),
    writeDown,
  );
  const moved = written.map((one) => transformOutcome(one, move));
  const failures = syncAll(moved);
  return runEach(moved, (file) => finish(file, failures));
}

/** Runs `work` on what was done so far, as one transaction or, if any of it fails, each in its own. */
function runEach<From extends Placement, To>(
  outcomes: readonly Outcome<From>[],
  work: (one: From) => To,
): readonly Outcome<To>[] {
  const done = outcomes.flatMap((one) => ("error" in one ? [] : [one.result]));
  // All stores of a data directory have one database.
  const ran = done[0]?.store.database.runEach(done.map((one) => () => work(one))).values();
  return outcomes.map((one) => ("error" in one ? one : (ran?.next().value as Outcome<To>)));
}

/**
 * Written down before it happens: a crash in between leaves a row of content that was never there, which every
 * reader passes over, while a file without its row would be an upload that nobody settles.
 */
function writeDown(placement: Placement): Written {
  const { store, temporary, path, attributes } = placement;
  const identity = identifyFile(statSync(temporary, { bigint: true }));
  const before = store.attributes.readState(path, attributes.etag);
  store.attributes.save(path, identity, attributes);
  return { ...placement, identity, before, sequencer: store.recordCreation?.(path, attributes.etag) };
}

/** A placement whose file is in place, and the directories that say so once they are on the disk. */
type Moved = Written & { readonly changed: readonly string[] };

function move(written: Written): Moved {
  const { store, temporary, path } = written;
  try {
    return { ...written, changed: moveIntoPlace(temporary, store.root, path) };
  } catch (error) {
    takeBack(written);
    throw error;
  }
}

/** Syncs each directory once, the inner ones first; returns the errors by directory. */
function syncAll(moved: readonly Outcome<Moved>[]): ReadonlyMap<string, unknown> {
  const failures = new Map<string, unknown>();
  const directories = new Set(moved.flatMap((one) => ("error" in one ? [] : one.result.changed)));
  for (const directory of [...directories].sort((a, b) => b.length - a.length)) {
    const outcome = toOutcome(() => syncDirectory(directory));
    if ("error" in outcome) failures.set(directory, outcome.error);
  }
  return failures;
}

function finish(moved: Moved, failures: ReadonlyMap<string, unknown>): PutResult {
  const { store, path, attributes, removeReplaced, sequencer } = moved;
  const { etag } = attributes;
  // Whichever member made a directory, it leads to all files below it.
  for (const [directory, error] of failures) {
    if (!join(store.root, path).startsWith(`${directory}${sep}`)) continue;
    takeBack(moved);
    throw error;
  }
  store.attributes.delete(path, etag);
  removeReplaced();
  return sequencer === undefined ? { etag } : { etag, sequencer };
}

/**
 * Puts the row back as it was, unless the file is in place: it may have been moved, and only not been made durable. Where
 * this fails too, on a full disk for example, readers pass over the row, and `doctor` finds it.
 */
function takeBack({ store, path, identity, attributes, before }: Written): void {
  const stored = readFileStat(store.root, path);
  if (stored !== undefined && identifyFile(stored) === identity) return;
  try {
    store.attributes.putBack(path, attributes.etag, before);
  } catch (error) {
    if (!hasCode(error, "unavailable")) throw error;
  }
}

function transformOutcome<From, To>(outcome: Outcome<From>, next: (from: From) => To): Outcome<To> {
  return "error" in outcome ? outcome : toOutcome(() => next(outcome.result));
}
