import { type BigIntStats, watch } from "node:fs";
import { basename, join } from "node:path";
import { isNotFoundError, readErrorCode } from "../../adapters/local/system-errors.js";
import type { Log } from "../../ports/log.js";
import { decodeName } from "../files/decode-name.js";
import { readStats } from "./walk-folder.js";

/** Watches one folder, not what is below it. Throws, or calls `onLost`, if the system has no watch left. */
export type StartWatch = (
  path: string,
  onEvent: (name: Buffer | null) => void,
  onLost: (error: unknown) => void,
) => { close(): void };

/** Options of {@link KnownFolders}. */
export interface KnownFoldersOptions {
  /** Absolute and free of symbolic links. */
  readonly folder: string;
  /** Something may have changed in the folder of this key; the second key is what the event names, if anything. */
  readonly onEvent: (folder: string, named: string | undefined) => void;
  readonly log: Log;
  /** Default: that of Node. */
  readonly startWatch?: StartWatch;
}

interface KnownFolder {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly identity: string;
  readonly watch: { close(): void } | undefined;
  round: number;
}

/** The folders that a comparison has found, with one watch for each, however many files lie in it. */
export class KnownFolders {
  readonly #options: KnownFoldersOptions;
  readonly #folders = new Map<string, KnownFolder>();
  #round = 0;
  #refused = false;
  #said = false;

  constructor(options: KnownFoldersOptions) {
    this.#options = options;
  }

  /** A comparison begins: what it does not `register` until `endRound` is gone. Watches that were refused are tried again. */
  beginRound(): void {
    this.#round += 1;
    this.#refused = false;
  }

  /**
   * Sees to it that a folder is watched. False if another one lay there, on another disk: then nobody has removed what
   * is missing now.
   */
  register(key: string, stats: BigIntStats): boolean {
    const before = this.#folders.get(key);
    const identity = identify(stats);
    if (before?.watch && before.identity === identity) {
      before.round = this.#round;
      return true;
    }
    before?.watch?.close();
    this.#folders.set(key, {
      dev: stats.dev,
      ino: stats.ino,
      identity,
      watch: this.#watch(key),
      round: this.#round,
    });
    return before === undefined || isSameDisk(key, before, stats);
  }

  /** Lets go of the folders that are gone. */
  endRound(): void {
    for (const [key, folder] of this.#folders) {
      if (folder.round === this.#round) continue;
      folder.watch?.close();
      // What the folder itself was is remembered: if another one is there later, nobody has removed a file.
      if (key === "") this.#folders.set(key, { ...folder, watch: undefined });
      else this.#folders.delete(key);
    }
    if (!this.#refused) this.#said = false;
  }

  /** Whether a folder lay there when it was last looked. */
  has(key: string): boolean {
    return this.#folders.has(key);
  }

  /** Whether events tell of all folders. */
  get complete(): boolean {
    return !this.#refused;
  }

  /** Whether a file that is missing may be on a disk that is not there right now, or not yet looked at. */
  async isElsewhere(key: string): Promise<boolean> {
    const { folder } = this.#options;
    const parts = key.split("/").slice(0, -1);
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const above = parts.slice(0, depth).join("/");
      const known = this.#folders.get(above);
      const stats = await readStats(join(folder, above));
      // The folder itself is never removed, only missing.
      if (!stats?.isDirectory()) return depth === 0;
      if (known && !isSameDisk(above, known, stats)) return true;
    }
    return false;
  }

  close(): void {
    for (const { watch } of this.#folders.values()) watch?.close();
    this.#folders.clear();
  }

  #watch(key: string): { close(): void } | undefined {
    const { folder, onEvent, startWatch = startNodeWatch } = this.#options;
    // Asked for each of ten thousand folders, a system without watches would only answer the same.
    if (this.#refused) return undefined;
    const path = join(folder, key);
    const own = basename(path);
    const drop = () => {
      const known = this.#folders.get(key);
      known?.watch?.close();
      if (known) this.#folders.set(key, { ...known, watch: undefined });
    };
    try {
      return startWatch(
        path,
        (bytes) => {
          const name = bytes ? decodeName(bytes) : undefined;
          // By its own name a folder tells that it was moved or deleted: its watch may have ended with it.
          if (name === own || bytes === null) drop();
          onEvent(key, name === undefined ? undefined : key === "" ? name : `${key}/${name}`);
        },
        (error) => {
          drop();
          if (!isOwnFault(error)) this.#refuse(error);
          onEvent(key, undefined);
        },
      );
    } catch (error) {
      if (!isOwnFault(error)) this.#refuse(error);
      return undefined;
    }
  }

  #refuse(error: unknown): void {
    this.#refused = true;
    if (this.#said) return;
    this.#said = true;
    const { folder, log } = this.#options;
    log("warn", "folders cannot all be watched; they are looked at now and then instead", {
      folder,
      error: String(error),
    });
  }
}

/** Inode numbers are used again at once: a time of birth tells a folder from its successor. */
function identify({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${birthtimeNs}`;
}

/** In place of the folder itself any other is another disk: it may be what lies below one that was unmounted. */
function isSameDisk(key: string, before: KnownFolder, { dev, ino }: BigIntStats): boolean {
  return before.dev === dev && (key !== "" || before.ino === ino);
}

/** Whether a folder cannot be watched for reasons of its own: it is gone (`EPERM` on Windows) or closed to us. */
function isOwnFault(error: unknown): boolean {
  return isNotFoundError(error) || ["EPERM", "EACCES"].includes(readErrorCode(error) ?? "");
}

function startNodeWatch(...[path, onEvent, onLost]: Parameters<StartWatch>): { close(): void } {
  const watcher = watch(path, { encoding: "buffer" }, (_event, name) => onEvent(name));
  watcher.on("error", onLost);
  return watcher;
}
