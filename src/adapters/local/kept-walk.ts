import type { ListOptions } from "../../ports/blob-store.js";

/** Goes through the keys of a listing; a key that was taken too early is put back. */
export class KeyWalk {
  readonly #keys: AsyncIterator<string, unknown, undefined>;
  #putBack: string | undefined;

  constructor(keys: AsyncIterator<string, unknown, undefined>) {
    this.#keys = keys;
  }

  /** Resolves to the next key, to `undefined` at the end. */
  async take(): Promise<string | undefined> {
    const there = this.#putBack;
    this.#putBack = undefined;
    if (there !== undefined) return there;
    const { value, done } = await this.#keys.next();
    return done ? undefined : (value as string);
  }

  putBack(key: string): void {
    this.#putBack = key;
  }
}

/** Where a walk goes on, and for whom. */
export interface WalkPlace extends Pick<ListOptions, "onUnreadable"> {
  readonly prefix: string;
  /** The key after which it goes on; absent at the beginning. */
  readonly after: string | undefined;
}

/** Milliseconds after which a walk is not resumed: whoever lists everything is back sooner. */
const PATIENCE = 10_000;

/**
 * Keeps the walk that the last page of a listing came from, so that the next page need not read and sort whole directories
 * anew: with them, all pages together would take the square of the number of files. What a walk has read of a directory
 * is younger than every page that ended where it stopped, so whatever was there since then is in it.
 */
export class KeptWalk {
  #kept: (WalkPlace & { readonly walk: KeyWalk; readonly at: number }) | undefined;

  keep(place: WalkPlace, walk: KeyWalk): void {
    this.#kept = { ...place, walk, at: performance.now() };
  }

  /** The walk that stopped there, for one caller, who is told of what it cannot read; `undefined`: begin a new one. */
  resume({ prefix, after, onUnreadable }: WalkPlace): KeyWalk | undefined {
    const kept = this.#kept;
    if (kept?.prefix !== prefix || kept.after !== after || kept.onUnreadable !== onUnreadable)
      return undefined;
    this.#kept = undefined;
    return performance.now() - kept.at <= PATIENCE ? kept.walk : undefined;
  }
}
