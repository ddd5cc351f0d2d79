import { closeSync } from "node:fs";
import { join } from "node:path";
import { AttributeTable, identifyFile } from "./blob-attributes.js";
import { parseBlobPath } from "./blob-path.js";
import type { DataDirectory } from "./data-directory.js";
import { hashFile } from "./file-content.js";
import { openRegularFile, readFileStat } from "./file-tree.js";
import { KnownHashes } from "./known-hashes.js";
import { derivePlace, listStoredFiles } from "./stored-file.js";

/** Rows of the database that describe content which its store does not hold. */
export interface StaleAttributes {
  readonly store: "originals" | "renditions";
  readonly key: string;
}

const PAGE = 1_000;

/**
 * Finds what writes left in the database that failed or were cut off before their file was in place. Readers pass over
 * it. With `repair` it is deleted, and so is what was remembered of files that people have removed. Other processes may be at work meanwhile.
 */
export async function findStaleAttributes(
  data: DataDirectory,
  store: StaleAttributes["store"],
  { repair }: { readonly repair: boolean },
): Promise<readonly StaleAttributes[]> {
  const table = new AttributeTable(data.database, store);
  const root = join(data.dir, store);
  const found: StaleAttributes[] = [];
  for (let after = ""; ; ) {
    const paths = table.listPaths(after, PAGE);
    for (const path of paths) {
      if (isInStep(table, root, path)) continue;
      const hash = await hashStored(root, path);
      // Whoever writes has a row without its file for a moment, and the lock for as long.
      const stale = await data.lock.runExclusively(() => {
        const etags = listStale(table, root, path, hash);
        if (repair) for (const etag of etags) table.deleteContent(path, etag);
        return etags;
      });
      found.push(...stale.map(() => ({ store, key: parseBlobPath(path) ?? path })));
    }
    after = paths.at(-1) ?? "";
    if (paths.length < PAGE) break;
  }
  if (repair)
    new KnownHashes(data.database, store).forgetMissing((path) => {
      const key = parseBlobPath(path) ?? path;
      return listStoredFiles(root, derivePlace(key, { takesOwnNames: store === "originals" })).length > 0;
    });
  return found;
}

/** The content of a file, and which file that was. */
interface StoredHash {
  readonly identity: string;
  readonly etag: string;
}

/** The etags of the rows whose content is not at `path`. Where no row knows the file, its hash tells; where that is of an earlier file, nothing does. */
function listStale(
  table: AttributeTable,
  root: string,
  path: string,
  hash: StoredHash | undefined,
): readonly string[] {
  const rows = table.listRows(path);
  const identity = identifyStored(root, path);
  const known = rows.find((row) => row.file_identity === identity)?.etag;
  const stored = known ?? (hash?.identity === identity ? hash?.etag : undefined);
  if (identity !== undefined && stored === undefined) return [];
  return rows.map(({ etag }) => etag).filter((etag) => etag !== stored);
}

/** Whether the only row of `path` is that of the file which is there. */
function isInStep(table: AttributeTable, root: string, path: string): boolean {
  const [row, ...others] = table.listRows(path);
  return others.length === 0 && row?.file_identity === identifyStored(root, path);
}

function identifyStored(root: string, path: string): string | undefined {
  const stat = readFileStat(root, path);
  return stat && identifyFile(stat);
}

async function hashStored(root: string, path: string): Promise<StoredHash | undefined> {
  const file = openRegularFile(root, path);
  if (file === undefined) return undefined;
  try {
    return { identity: identifyFile(file.stat), etag: await hashFile(file.descriptor) };
  } finally {
    closeSync(file.descriptor);
  }
}
