import fs, { writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toBlobPath } from "../../../src/adapters/local/blob-path.js";
import { Database } from "../../../src/adapters/local/database.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

/** A call that changes or syncs a directory, and the puts that were answered since. */
type Step = { readonly renamed: string } | { readonly synced: string } | { readonly answered: string };

/** The answered files whose directories, up to the root, were not all synced between their rename and their answer. */
function findUnsynced(steps: readonly Step[], root: string): readonly string[] {
  const unsynced = new Map<string, Set<string>>();
  const found: string[] = [];
  for (const step of steps) {
    if ("renamed" in step) unsynced.set(step.renamed, new Set([dirname(step.renamed)]));
    else if ("synced" in step) for (const directories of unsynced.values()) directories.delete(step.synced);
    else if ((unsynced.get(join(root, toBlobPath(step.answered)))?.size ?? 1) > 0) found.push(step.answered);
  }
  return found;
}

describe("what is written at the same time", () => {
  let place: TestDirectory;
  let database: Database;
  beforeEach(() => {
    place = createTestDirectory();
    place.open().close();
    database = new Database(join(place.dir, "safelight.db"));
  });
  afterEach(() => {
    database.close();
    place.close();
  });

  const countRows = () => database.selectAll<{ path: string }>("SELECT path FROM sequencers ORDER BY path");
  const insert = (path: string) => database.run("INSERT INTO sequencers (path, value) VALUES (?, 1)", [path]);

  it("is in the database, each for itself, where some of it fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (fails) => {
        database.run("DELETE FROM sequencers");
        const written = fails.map((isFailing, index) =>
          database.runTogether(() => {
            insert(`path ${index + 10}`);
            if (isFailing) throw new Error(`number ${index}`);
            return index;
          }),
        );
        const outcomes = await Promise.allSettled(written);
        for (const [index, isFailing] of fails.entries())
          expect(outcomes[index]).toEqual(
            isFailing
              ? { status: "rejected", reason: new Error(`number ${index}`) }
              : { status: "fulfilled", value: index },
          );
        const kept = fails.flatMap((isFailing, index) => (isFailing ? [] : [{ path: `path ${index + 10}` }]));
        expect(countRows()).toEqual(kept);
      }),
      { numRuns: 30 },
    );
  });

  it("is one transaction: another connection sees all of it or nothing", async () => {
    const seen: number[] = [];
    const other = new Database(join(place.dir, "safelight.db"));
    const written = [1, 2, 3].map((index) =>
      database.runTogether(() => {
        insert(`path ${index}`);
        seen.push(other.selectAll("SELECT 1 FROM sequencers").length);
      }),
    );
    await Promise.all(written);
    seen.push(other.selectAll("SELECT 1 FROM sequencers").length);
    other.close();
    expect(seen).toEqual([0, 0, 0, 3]);
  });

  /** Stores blobs at the same time and returns the steps in which that happened. */
  async function watchPuts(keys: readonly string[]): Promise<readonly Step[]> {
    const { renditions } = place.open();
    const steps: Step[] = [];
    const descriptors = new Map<number, string>();
    const { openSync, fsyncSync, renameSync } = fs;
    fs.openSync = (path, ...how) => {
      const descriptor = openSync(path, ...how);
      descriptors.set(descriptor, String(path));
      return descriptor;
    };
    fs.fsyncSync = (descriptor) => {
      fsyncSync(descriptor);
      steps.push({ synced: descriptors.get(descriptor) ?? "" });
    };
    fs.renameSync = (from, to) => {
      renameSync(from, to);
      steps.push({ renamed: String(to) });
    };
    syncBuiltinESMExports();
    try {
      await Promise.all(
        keys.map(async (key) => {
          await renditions.put(key, Buffer.from(key), { contentType: "text/plain" });
          steps.push({ answered: key });
        }),
      );
    } finally {
      Object.assign(fs, { openSync, fsyncSync, renameSync });
      syncBuiltinESMExports();
    }
    return steps;
  }

  it("is answered once all of its directories are synced, and a group syncs each of them once", async () => {
    const root = join(place.dir, "renditions");
    const keys = ["a/one", "a/two", "b/c/one", "b/two", "three"];
    const steps = await watchPuts(keys);
    expect(findUnsynced(steps, root)).toEqual([]);
    // On a busy machine they are several groups: the renames of one come before its syncs.
    let synced = new Set<string>();
    for (const step of steps) {
      if ("renamed" in step) synced = new Set();
      if (!("synced" in step)) continue;
      expect(synced).not.toContain(step.synced);
      synced.add(step.synced);
    }
    const directories = new Set(keys.map((key) => dirname(join(root, toBlobPath(key)))));
    // The check itself: a group whose sync leaves out a directory is caught.
    for (const left of directories) {
      const incomplete = steps.filter((step) => !("synced" in step && step.synced === left));
      expect(findUnsynced(incomplete, root)).not.toEqual([]);
    }
  });

  // Which of them comes last is not promised: each has written its file before it joins a group.
  it("of one key leaves what the last change of that key says", async () => {
    const { originals, queue } = place.open();
    const put = (text: string) => originals.put("k", Buffer.from(text), { contentType: `text/${text}` });
    const results = await Promise.all(["a", "b", "c"].map(put));
    const numbers = results.map(({ sequencer }) => sequencer);
    expect(new Set(numbers).size).toBe(3);
    const last = numbers.indexOf([...numbers].sort().at(-1) as string);
    const kept = await originals.get("k");
    expect(kept).toMatchObject({ contentType: `text/${["a", "b", "c"][last]}`, etag: results[last]?.etag });
    expect(Buffer.from(kept?.bytes as Uint8Array).toString()).toBe(["a", "b", "c"][last]);
    expect(await queue.receive({ limit: 9 })).toHaveLength(3);
  });

  it("is stored but for what cannot be: a file where a directory is needed fails one put alone", async () => {
    const { renditions } = place.open();
    const put = (key: string) => renditions.put(key, Buffer.from(key), { contentType: "text/plain" });
    const taken = dirname(join(place.dir, "renditions", toBlobPath("taken/one")));
    writeFileSync(taken, "put here by somebody else");
    const outcomes = await Promise.allSettled(["before", "taken/one", "after"].map(put));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const rows = database.selectAll<{ path: string }>("SELECT path FROM blobs ORDER BY path");
    expect(rows.map(({ path }) => path)).toEqual(["after", "before"].map(toBlobPath));
  });
});
