import type { BigIntStats } from "node:fs";
import { etag } from "../../domain/model/etag.js";
import { AttributeTable, identifyFile } from "./blob-attributes.js";
import type { Database } from "./database.js";

/**
 * Milliseconds by which a file is to be older than its reading. Times of files go in steps, on some systems of two seconds: within
 * one, a file may be written again and look the same.
 */
const LEAST_AGE = 2_000;

const PAGE = 1_000;

/**
 * The hashes of files that no put has stored: without them, each listing would read every byte that people put there. They lie
 * among the attributes, under a store of their own, because whatever is said of a store's blobs was said by a put.
 */
export class KnownHashes {
  readonly #table: AttributeTable;

  constructor(database: Database, store: string) {
    this.#table = new AttributeTable(database, `${store} by hand`);
  }

  /** The hash of the file that stands for `path`; `undefined` if it was not read since it last changed. */
  find(path: string, stat: BigIntStats): string | undefined {
    return this.#table.findByFileIdentity(path, identifyFoundFile(stat))?.etag;
  }

  /** Remembers the hash of a file that looked like this before it was read, and still does. */
  remember(path: string, stat: BigIntStats, hash: string): void {
    const age = Math.abs(Date.now() - Number(stat.mtimeMs));
    if (age < LEAST_AGE || this.find(path, stat) === hash) return;
    const options = { contentType: "application/octet-stream" };
    this.#table.trySave(path, identifyFoundFile(stat), { etag: etag(hash), storedAt: stat.mtime, options });
  }

  forget(path: string): void {
    this.#table.delete(path);
  }

  /** Forgets the hashes of files that are gone: nobody tells when people remove one. */
  forgetMissing(isThere: (path: string) => boolean): void {
    for (let after = ""; ; ) {
      const paths = this.#table.listPaths(after, PAGE);
      for (const path of paths) if (!isThere(path)) this.forget(path);
      after = paths.at(-1) ?? "";
      if (paths.length < PAGE) return;
    }
  }
}

/** As a file is identified that a put has made, and by when it last changed in any way: people write into files, and set their times back. */
function identifyFoundFile(stat: BigIntStats): string {
  return `${identifyFile(stat)}:${stat.ctimeNs}`;
}
