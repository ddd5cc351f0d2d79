import { createHash, type Hash } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { etag } from "../../domain/model/etag.js";
import type { ListedBlob } from "../../ports/blob-store.js";
import { decodeKey } from "../s3/responses.js";
import { parseCsvLine } from "./csv-line.js";
import { type InventoryFile, type InventoryManifest, parseManifest } from "./inventory-manifest.js";
import { type InventorySource, openInventory } from "./inventory-source.js";

/**
 * Reads the objects that an S3 Inventory in CSV names: of versions the latest, and no delete markers. `manifest` is
 * `s3://bucket/path/manifest.json`, or the path of a copy; `bucket` is the one that it has to be of. Memory stays flat. Throws
 * `invalid-input` for a manifest that {@link parseManifest} refuses, for a file that is not as its checksum says, and for a line that is
 * none; `not-found` for what is not there, and `unavailable` for what cannot be read.
 */
export async function* readInventory(
  manifest: string,
  bucket: string,
  source: InventorySource = openInventory(manifest),
): AsyncGenerator<ListedBlob, void, undefined> {
  const parsed = parseManifest(await source.readManifest(), bucket);
  for (const file of parsed.files) yield* readFile(file, parsed, source);
}

async function* readFile(
  file: InventoryFile,
  manifest: InventoryManifest,
  source: InventorySource,
): AsyncGenerator<ListedBlob, void, undefined> {
  const hash = createHash("md5");
  const unpacked = createGunzip();
  const piping = pipeline(hashChunks(await source.open(file.key), hash), unpacked);
  // Whoever reads what is unpacked hears of it.
  piping.catch(() => {});
  try {
    for await (const line of readLines(unpacked)) {
      const blob = readRow(line, file, manifest);
      if (blob) yield blob;
    }
  } catch (cause) {
    throw toFileError(file, cause);
  } finally {
    unpacked.destroy();
  }
  const md5 = hash.digest("hex");
  if (md5 !== file.md5) throw refuseFile(file, `one of ${md5}`);
}

async function* hashChunks(stored: Readable, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of stored) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}

/** Resolves a line to the object that it names, or to `undefined` where that is not there any more. */
function readRow(
  line: string,
  file: InventoryFile,
  { columns, createdAt }: InventoryManifest,
): ListedBlob | undefined {
  const text = line.replace(/\r$/, "");
  if (text === "") return undefined;
  const fields = parseCsvLine(text);
  if (fields?.length !== columns.length) throw refuseFile(file, `one with the line ${quote(text)}`);
  const row = Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""]));
  if (row.IsLatest === "false" || row.IsDeleteMarker === "true") return undefined;
  const stored = new Date(row.LastModifiedDate ?? "");
  try {
    return {
      key: decodeKey(row.Key ?? ""),
      size: Number(row.Size ?? 0),
      etag: etag(row.ETag || "unknown"),
      // Nothing that is listed is younger than the list.
      storedAt: Number.isNaN(stored.getTime()) ? createdAt : stored,
    };
  } catch (cause) {
    throw refuseFile(file, `one with the key ${quote(row.Key)}`, { cause });
  }
}

function toFileError(file: InventoryFile, cause: unknown): SafelightError {
  if (cause instanceof SafelightError) return cause;
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code.startsWith("Z_")) return refuseFile(file, "one that does not unpack", { cause });
  const message = `the file ${quote(file.key)} of the inventory could not be read (${String(cause)}); try again`;
  return new SafelightError("unavailable", message, { cause });
}

function refuseFile({ key, md5 }: InventoryFile, received: string, options?: { cause: unknown }) {
  return refusalInWords(
    "invalid-input",
    `the file ${quote(key)} with the MD5 ${md5}`,
    "--inventory",
    `${received}; take it from the bucket again`,
    options,
  );
}
