import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { InventorySource } from "../../../src/adapters/aws/inventory-source.js";

/** A row of an inventory, by its columns. */
export type InventoryRow = Readonly<Record<string, string>>;

/** Says what is otherwise than S3 would have it. */
export interface InventoryFaults {
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Changes the bytes of each file after its checksum was taken. */
  readonly spoil?: (bytes: Buffer) => Buffer;
}

/** Writes an inventory as S3 does: the manifest, and its files by their keys. */
export function createInventory(
  files: readonly (readonly InventoryRow[])[],
  columns: readonly string[],
  { manifest = {}, spoil = (bytes) => bytes }: InventoryFaults = {},
): { readonly manifest: string; readonly files: ReadonlyMap<string, Buffer> } {
  const written = files.map((rows, index) => {
    const lines = rows.map((row) => columns.map((column) => formatField(row[column] ?? "")).join(","));
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(""));
    return { key: `lists/originals/all/data/${index}.csv.gz`, bytes };
  });
  const document = {
    sourceBucket: "originals",
    destinationBucket: "arn:aws:s3:::inventories",
    version: "2016-11-30",
    creationTimestamp: "1767225600000",
    fileFormat: "CSV",
    fileSchema: columns.join(", "),
    files: written.map(({ key, bytes }) => ({
      key,
      size: bytes.length,
      MD5checksum: createHash("md5").update(bytes).digest("hex"),
    })),
    ...manifest,
  };
  return {
    manifest: JSON.stringify(document),
    files: new Map(written.map(({ key, bytes }) => [key, spoil(bytes)])),
  };
}

/** The same inventory to be read from memory. */
export function openCreated({ manifest, files }: ReturnType<typeof createInventory>): InventorySource {
  return {
    readManifest: async () => manifest,
    open: async (key) => Readable.from([files.get(key)]),
  };
}

/** A field in quotes, as S3 has all of them. */
export function formatField(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
