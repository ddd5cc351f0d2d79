import { statSync } from "node:fs";
import { join } from "node:path";
import { etag } from "../../domain/model/etag.js";
import { type AttributeTable, type BlobAttributes, identifyFile } from "./blob-attributes.js";
import { hashFile } from "./file-content.js";
import type { KnownHashes } from "./known-hashes.js";
import type { StoredFile } from "./stored-file.js";

/** Finds the attributes of files below `root`, whether a put has stored them or somebody else. */
export class StoredAttributes {
  readonly #root: string;
  readonly #attributes: AttributeTable;
  readonly #hashes: KnownHashes;

  constructor(root: string, attributes: AttributeTable, hashes: KnownHashes) {
    this.#root = root;
    this.#attributes = attributes;
    this.#hashes = hashes;
  }

  /** The attributes of a file. It is read only where nobody knows its hash. Throws {@link ReplacedWhileReading}. */
  async read(file: StoredFile, path: string): Promise<BlobAttributes> {
    const known = this.#attributes.findByFileIdentity(path, identifyFile(file.stat));
    if (known !== undefined) return known;
    const hash = this.#hashes.find(path, file.stat) ?? (await hashFile(file.descriptor));
    return this.find(path, hash, file);
  }

  /** The attributes of bytes that were read; throws {@link ReplacedWhileReading} when they may have been dropped meanwhile. */
  find(path: string, hash: string, { at, stat }: StoredFile): BlobAttributes {
    const identity = identifyFile(stat);
    const known = this.#attributes.findByEtag(path, hash);
    if (known === undefined) {
      const there = statSync(join(this.#root, at), { bigint: true, throwIfNoEntry: false });
      if (there === undefined || identifyFile(there) !== identity) throw new ReplacedWhileReading();
      this.#hashes.remember(path, stat, hash);
      // Somebody put the file here by hand, so its content type is unknown.
      return { etag: etag(hash), storedAt: stat.mtime, options: { contentType: "application/octet-stream" } };
    }
    // A copied data directory has new files: without this, each look would read them whole again.
    if (this.#attributes.findByFileIdentity(path, identity) === undefined)
      this.#attributes.rememberFileIdentity(path, hash, identity);
    return known;
  }
}

/** The file was replaced or removed while it was being read, and its attributes with it. */
export class ReplacedWhileReading extends Error {}
