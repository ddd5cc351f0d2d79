import type { BlobStore, ListedBlob, UnreadableBlob } from "../../ports/blob-store.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { ImageNote, ImageNotes } from "../../ports/image-notes.js";
import type { FindingKind } from "../model/finding.js";
import { deriveImageId, type ImageId, isImageId } from "../model/image-id.js";
import type { ImageRecord } from "../model/image-record.js";
import { collectPages, iteratePages } from "../model/page.js";
import { readKeyVersion } from "../model/storage-layout.js";
import { examineFiles, examineRecord, type Rest } from "./examine-image.js";
import type { Needs } from "./ports.js";

/** The ports that comparing all images needs. */
export type ComparingPorts = Needs<"originals" | "renditions" | "records" | "config" | "engine">;

/** The kinds of findings to look for, and who is told how far that is. */
export interface Comparison extends CallOptions, Rest {
  /** The kinds of findings that are looked for. */
  readonly kinds: ReadonlySet<FindingKind>;
  readonly notes: ImageNotes;
  /** The originals, as somebody has listed them before. Default: they are listed now. */
  readonly listedOriginals?: AsyncIterable<ListedBlob>;
  /** Called after each page of a listing, with how many originals, files and records were on it. */
  readonly onPage?: (listed: number) => void;
  /** Called for each file among the renditions whose name no image has. Nobody touches it. */
  readonly onStrayFile?: (key: string) => void;
}

/**
 * The notes about an image: its original was met; it has files; a record that should have an original; a record that
 * should have files; something seems to be wrong with it; it is no image but a folder that cannot be read.
 */
const NOTE = { original: "o", files: "f", living: "l", named: "n", suspect: "s", folder: "d" } as const;

/** Most blobs and records of a page. */
const PAGE = 1_000;

/** Most records that are read at once. */
const BATCH = 100;

/** Which kinds of findings only the files of an image tell, and which only a look at all records. */
const BY_FILES: readonly FindingKind[] = ["missing-rendition", "orphaned-rendition"];
const BY_RECORDS: readonly FindingKind[] = [
  "missing-rendition",
  "missing-original",
  "unfinished-outbox",
  "expired-tombstone",
];

/**
 * Goes once through all originals, all files and all records, and notes of each image what was met and what seems to be
 * wrong. The listings are of different moments, and others are at work meanwhile: a note is a reason to look.
 */
export async function compareStores(ports: ComparingPorts, comparison: Comparison): Promise<void> {
  const { kinds } = comparison;
  await compareOriginals(ports, comparison);
  if (BY_FILES.some((kind) => kinds.has(kind))) await compareFiles(ports, comparison);
  if (BY_RECORDS.some((kind) => kinds.has(kind))) await compareRecords(ports, comparison);
}

/** An image that was noted, and the key of its original where that was met. */
export interface Suspect {
  readonly imageId: ImageId;
  readonly key?: string;
  /** Whether it is no image, but a folder of originals that could not be read; its prefix is the `key`. */
  readonly isFolder?: boolean;
}

/** Goes through the images that have to be looked at, each once, after {@link compareStores}. */
export async function* listSuspects({ notes }: Pick<Comparison, "notes">): AsyncGenerator<Suspect> {
  for await (const { imageId, notes: found } of notes.read()) {
    const has = new Set(found);
    const folder = found.find((note) => note.startsWith(NOTE.folder))?.slice(1);
    if (folder !== undefined) {
      yield { imageId, key: folder, isFolder: true };
      continue;
    }
    const suspect = found.find((note) => note.startsWith(NOTE.suspect));
    const isLost =
      (has.has(NOTE.living) && !has.has(NOTE.original)) || (has.has(NOTE.named) && !has.has(NOTE.files));
    if (suspect === undefined && !isLost) continue;
    const key = found.find((note) => note.startsWith(NOTE.suspect) && note.length > 1)?.slice(1);
    yield key === undefined ? { imageId } : { imageId, key };
  }
}

/** The pages of all blobs; those that cannot be read are added to `unreadable`. */
function listPages(
  store: BlobStore,
  unreadable: UnreadableBlob[],
  { signal }: CallOptions,
): AsyncIterable<readonly ListedBlob[]> {
  const addUnreadable = (blob: UnreadableBlob) => void unreadable.push(blob);
  return iteratePages((cursor) =>
    store.list("", { cursor, limit: PAGE, onUnreadable: addUnreadable, signal }),
  );
}

async function compareOriginals(
  ports: ComparingPorts,
  { notes, kinds, listedOriginals, onPage, signal, ...rest }: Comparison,
): Promise<void> {
  const unreadable: UnreadableBlob[] = [];
  const pages = listedOriginals
    ? collectPages(listedOriginals, PAGE)
    : listPages(ports.originals, unreadable, { signal });
  for await (const items of pages) {
    await notes.add(unreadable.splice(0).flatMap(noteUnreadableOriginal));
    for (const blobs of chunk(items)) {
      const ids = blobs.map(({ key }) => deriveImageId(key));
      const records = await readRecords(ports, ids, { signal });
      const found = blobs.flatMap((blob, index): ImageNote[] => {
        const imageId = ids[index] as ImageId;
        const met = { imageId, note: NOTE.original };
        const findings = examineRecord(ports, records.get(imageId), blob, rest);
        const isSuspect = findings.some(({ kind }) => kinds.has(kind));
        return isSuspect ? [met, { imageId, note: `${NOTE.suspect}${blob.key}` }] : [met];
      });
      await notes.add(found);
    }
    onPage?.(items.length);
  }
}

/** The files of an image lie together, so that all of them are known once those of the next one begin. */
async function compareFiles(
  ports: ComparingPorts,
  { notes, kinds, onPage, onStrayFile, signal, ...rest }: Comparison,
): Promise<void> {
  let last: { readonly imageId: ImageId; readonly files: ListedBlob[] } | undefined;
  let whole: { readonly imageId: ImageId; readonly files: readonly ListedBlob[] }[] = [];
  const compareWhole = async () => {
    const records = await readRecords(
      ports,
      whole.map(({ imageId }) => imageId),
      { signal },
    );
    const found = whole.flatMap(({ imageId, files }): ImageNote[] => {
      const met = { imageId, note: NOTE.files };
      const findings = examineFiles(records.get(imageId), files, rest);
      const isSuspect = findings.some(({ kind }) => kinds.has(kind));
      return isSuspect ? [met, { imageId, note: NOTE.suspect }] : [met];
    });
    whole = [];
    await notes.add(found);
  };
  const unreadable: UnreadableBlob[] = [];
  for await (const items of listPages(ports.renditions, unreadable, { signal })) {
    await notes.add(unreadable.splice(0).flatMap(noteUnreadableFile));
    for (const file of items) {
      const [imageId = ""] = file.key.split("/", 1);
      if (!isImageId(imageId) || readKeyVersion(imageId, file.key) === undefined) {
        onStrayFile?.(file.key);
        continue;
      }
      if (last?.imageId === imageId) {
        last.files.push(file);
        continue;
      }
      if (last) whole.push(last);
      last = { imageId, files: [file] };
      if (whole.length === BATCH) await compareWhole();
    }
    onPage?.(items.length);
  }
  if (last) whole.push(last);
  await compareWhole();
}

/** Its record, if it has one, is not without an original: a look at it says what keeps it from being read. */
function noteUnreadableOriginal({ key, isFolder }: UnreadableBlob): readonly ImageNote[] {
  const imageId = deriveImageId(key);
  if (isFolder) return [{ imageId, note: `${NOTE.folder}${key}` }];
  return [
    { imageId, note: NOTE.original },
    { imageId, note: `${NOTE.suspect}${key}` },
  ];
}

/** Nobody owns a folder that is named by no image. */
function noteUnreadableFile({ key }: UnreadableBlob): readonly ImageNote[] {
  const [imageId = ""] = key.split("/", 1);
  return isImageId(imageId) ? [{ imageId, note: NOTE.suspect }] : [];
}

async function compareRecords(
  ports: ComparingPorts,
  { notes, kinds, onPage, signal, ...rest }: Comparison,
): Promise<void> {
  const scan = (cursor?: string) => ports.records.scan({ limit: PAGE, cursor }, { signal });
  for await (const items of iteratePages(scan)) {
    const found = items.flatMap((record): ImageNote[] => {
      const { imageId, key, status, renditions } = record;
      if (status !== "removed")
        return [
          { imageId, note: NOTE.living },
          ...(renditions.length > 0 ? [{ imageId, note: NOTE.named }] : []),
        ];
      const findings = examineRecord(ports, record, undefined, rest);
      const isSuspect = findings.some(({ kind }) => kinds.has(kind));
      return isSuspect ? [{ imageId, note: `${NOTE.suspect}${key}` }] : [];
    });
    await notes.add(found);
    onPage?.(items.length);
  }
}

async function readRecords(
  { records }: Needs<"records">,
  imageIds: readonly ImageId[],
  { signal }: CallOptions,
): Promise<ReadonlyMap<ImageId, ImageRecord>> {
  signal?.throwIfAborted();
  const found = await records.getMany(imageIds, { signal });
  return new Map(found.map((record) => [record.imageId, record]));
}

function chunk<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}
