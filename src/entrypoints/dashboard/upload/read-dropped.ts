import type { NamedFile } from "./upload-queue.js";

/** Files that systems leave in folders, and that nobody means to upload. */
const LEFTOVERS = /^(?:\..*|thumbs\.db|desktop\.ini)$/i;

/** Lists the files of what was dropped or pasted, whole folders included. Call it before the event is over. */
export async function readDropped(transfer: DataTransfer): Promise<readonly NamedFile[]> {
  // The list is emptied as soon as the event is over: entries are taken first, and read then.
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = await Promise.all(entries.map((entry) => listEntry(entry, "")));
  return found.flat();
}

/** Names the files of an input; those of a folder have a path. */
export function readChosen(files: FileList): readonly NamedFile[] {
  return [...files]
    .filter((file) => !(file.webkitRelativePath && LEFTOVERS.test(file.name)))
    .map((file) => ({ file, name: file.name }));
}

async function listEntry(entry: FileSystemEntry | File | null, path: string): Promise<readonly NamedFile[]> {
  if (!entry) return [];
  if (entry instanceof File) return [{ file: entry, name: entry.name }];
  if (isFile(entry)) {
    if (path !== "" && LEFTOVERS.test(entry.name)) return [];
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(
      () => undefined,
    );
    return [file ? { file, name: file.name } : createUnreadable(entry)];
  }
  if (!isFolder(entry)) return [];
  const children = await listChildren(entry);
  if (!children) return [createUnreadable(entry)];
  const found = await Promise.all(children.map((child) => listEntry(child, `${path}${entry.name}/`)));
  return found.flat();
}

/** Stands for what nobody may read, so that it is told of. */
function createUnreadable({ name }: FileSystemEntry): NamedFile {
  return { file: new File([], name), name, isUnreadable: true };
}

/** A reader gives a hundred at a time, and nothing at the end. Resolves to `undefined` where it may not be read. */
async function listChildren(
  folder: FileSystemDirectoryEntry,
): Promise<readonly FileSystemEntry[] | undefined> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    ).catch(() => undefined);
    if (!some) return undefined;
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
