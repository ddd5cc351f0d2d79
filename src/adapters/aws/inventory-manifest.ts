import { quote, refusalInWords } from "../../domain/model/errors.js";
import { isObject, parseJson } from "./notification.js";

/** One file of an inventory. */
export interface InventoryFile {
  /** The key in the bucket of inventories. */
  readonly key: string;
  /** The MD5 of the file as it is stored, in hexadecimal digits. */
  readonly md5: string;
}

/** An inventory of a bucket: what S3 says in its manifest of the files. */
export interface InventoryManifest {
  readonly files: readonly InventoryFile[];
  /** When the list was begun; nothing in it is younger. */
  readonly createdAt: Date;
  /** The names of the columns. */
  readonly columns: readonly string[];
}

/**
 * Parses the `manifest.json` of an S3 Inventory. Throws `invalid-input` for other text, for files of another format than CSV,
 * and for an inventory of another bucket.
 */
export function parseManifest(text: string, bucket: string): InventoryManifest {
  const manifest = parseJson(text);
  if (!isObject(manifest) || !Array.isArray(manifest.files) || typeof manifest.fileSchema !== "string")
    throw refuse("the manifest.json of an S3 Inventory", "other text");
  if (manifest.fileFormat !== "CSV")
    throw refuse(
      "an inventory in CSV",
      `one in ${manifest.fileFormat}; choose CSV as the output format of the inventory`,
    );
  if (manifest.sourceBucket !== bucket)
    throw refuse(
      `an inventory of ${quote(bucket)}, the bucket of originals,`,
      `one of ${quote(manifest.sourceBucket)}`,
    );
  const columns = manifest.fileSchema.split(",").map((name) => name.trim());
  if (!columns.includes("Key")) throw refuse("an inventory with the column Key", quote(manifest.fileSchema));
  const created = Number(manifest.creationTimestamp);
  return {
    files: manifest.files.map(readFile),
    createdAt: Number.isFinite(created) ? new Date(created) : new Date(0),
    columns,
  };
}

function readFile(file: unknown): InventoryFile {
  if (isObject(file) && typeof file.key === "string" && typeof file.MD5checksum === "string")
    return { key: file.key, md5: file.MD5checksum.toLowerCase() };
  throw refuse("files with a key and an MD5checksum", quote(JSON.stringify(file)));
}

function refuse(expected: string, received: string) {
  return refusalInWords("invalid-input", expected, "--inventory", received);
}
