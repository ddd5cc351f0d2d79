import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as timer } from "node:timers/promises";
import { computeSha256 } from "../../../src/domain/model/digest.js";

/** Random operations on a folder. */
export interface RandomOperations {
  readonly folder: string;
  readonly operations: number;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** Contents of files: pictures that differ. */
  readonly pictures: readonly Uint8Array[];
}

/** Few names, so that most operations meet what an earlier one has left. */
const FILES = ["a.jpg", "b.jpg", "c.jpg", "d.png", "e.jpg"];
const FOLDERS = ["", "x", "y", "x/z", "x.jpg", "y/x"];

/**
 * Creates, overwrites, moves, links and removes files and folders of a folder: in one go, a moment apart, or with pauses
 * in which a watcher comes to rest. An operation that does not apply is none and does not count.
 */
export async function changeFolderRandomly(options: RandomOperations): Promise<void> {
  const { folder, operations, random } = options;
  const outside = `${folder}-outside`;
  mkdirSync(outside, { recursive: true });
  for (let done = 0; done < operations; ) {
    // A speed for some operations in a row.
    const pace = pick([0, 0, 0, 5, 50, 400, 1_200], random);
    const length = 1 + Math.floor(random() * (pace > 300 ? 6 : 60));
    for (let step = 0; step < length && done < operations; step += 1) {
      if (changeOnce(options, outside)) done += 1;
      if (pace > 0) await timer(pace * random());
    }
  }
}

function changeOnce({ folder, random, pictures }: RandomOperations, outside: string): boolean {
  const choosePath = () => join(folder, pick(FOLDERS, random), pick(FILES, random));
  const choosePlace = () => join(folder, pick(FOLDERS.slice(1), random));
  const [file, other, dir, another] = [choosePath(), choosePath(), choosePlace(), choosePlace()];
  const picture = pick(pictures, random);
  const act = pick(ACTS, random);
  try {
    act({ file, other, dir, another, picture, outside: join(outside, pick(FILES, random)) });
    return true;
  } catch (error) {
    // Jest's `Error` is not that of Node's modules.
    if (typeof (error as NodeJS.ErrnoException).code === "string") return false;
    throw error;
  }
}

interface Chosen {
  readonly file: string;
  readonly other: string;
  readonly dir: string;
  readonly another: string;
  readonly picture: Uint8Array;
  readonly outside: string;
}

const write = ({ file, picture }: Chosen) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, picture);
};
const replaceInPlace = ({ file, picture }: Chosen) => {
  const { atime, mtime } = lstatSync(file);
  if (!lstatSync(file).isFile()) throw Object.assign(new Error("no file"), { code: "EINVAL" });
  writeFileSync(file, picture);
  utimesSync(file, atime, mtime);
};

/** The operations; those that matter most come more than once. */
const ACTS: readonly ((chosen: Chosen) => void)[] = [
  write,
  write,
  write,
  write,
  replaceInPlace,
  ({ file }) => unlinkSync(file),
  ({ file }) => unlinkSync(file),
  ({ file }) => unlinkSync(file),
  ({ file, other }) => renameSync(file, other),
  ({ file, other }) => renameSync(file, other),
  ({ file, other }) => copyFileSync(file, other),
  ({ file, other }) => linkSync(file, other),
  ({ file, picture }) => {
    write({ file, picture } as Chosen);
    unlinkSync(file);
  },
  ({ file, picture }) => {
    const part = `${file}.part`;
    writeFileSync(part, picture.subarray(0, 200));
    appendFileSync(part, picture.subarray(200));
    renameSync(part, file);
  },
  ({ file, outside }) => renameSync(file, outside),
  ({ file, outside }) => renameSync(outside, file),
  ({ file, other }) => symlinkSync(other, file),
  ({ file }) => writeFileSync(file, "no picture any more".repeat(3)),
  ({ dir }) => mkdirSync(dir),
  ({ dir }) => rmSync(dir, { recursive: true }),
  ({ dir, another }) => renameSync(dir, another),
  ({ dir, another }) => renameSync(dir, another),
  ({ dir, outside }) => renameSync(dir, `${outside}.folder`),
  ({ dir, outside }) => renameSync(`${outside}.folder`, dir),
  ({ dir, another }) => symlinkSync(another, dir),
  ({ dir }) => unlinkSync(dir),
];

/** The hashes of the files below a folder, by key: what a watcher should have taken in. Links are none. */
export function hashFiles(folder: string, above = ""): Map<string, string> {
  const hashes = new Map<string, string>();
  if (!existsSync(join(folder, above))) return hashes;
  for (const entry of readdirSync(join(folder, above), { withFileTypes: true })) {
    const key = above === "" ? entry.name : `${above}/${entry.name}`;
    if (entry.isDirectory()) for (const [below, hash] of hashFiles(folder, key)) hashes.set(below, hash);
    else if (entry.isFile()) hashes.set(key, computeSha256(readFileSync(join(folder, key))));
  }
  return hashes;
}

function pick<Element>(elements: readonly Element[], random: () => number): Element {
  const element = elements[Math.floor(random() * elements.length)];
  if (element === undefined) throw new Error("expected something to choose from");
  return element;
}
