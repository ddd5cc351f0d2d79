/** Most items of one group: other processes wait for as long as it takes. */
const MAX_ITEMS = 64;

/** Milliseconds that a group is waited for when the one before it had several items: more of them are on their way. */
const PAUSE_MILLISECONDS = 12;

/** The end of one item. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/** Commits all items together and tells the end of each, in their order. What it throws is the end of all of them. */
export type CommitAll<Item, Result> = (
  items: readonly Item[],
) => readonly Outcome<Result>[] | Promise<readonly Outcome<Result>[]>;

/** An item that waits, and what becomes of its promise. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what is to be written in one turn of the event loop, or while an earlier group is on its way, is committed
 * together and reaches the disk once for all of it. Each promise is kept on its own: it resolves once its item is durable.
 * Where several come at a time, a group waits a few milliseconds for others (PostgreSQL's `commit_delay` and
 * `commit_siblings`): the transactions of many small pictures become fewer. Whoever writes alone waits for nobody, or once, right after such a group.
 */
export class GroupCommit<Item, Result> {
  readonly #commitAll: CommitAll<Item, Result>;
  readonly #identify: (item: Item) => unknown;
  #waiting: Waiting<Item, Result>[] = [];
  #isScheduled = false;
  /** Whether the last group had several items. */
  #hasSiblings = false;

  /** Of items that `identify` to the same value, a group has one. Default: no two do. */
  constructor(commitAll: CommitAll<Item, Result>, identify: (item: Item) => unknown = (item) => item) {
    this.#commitAll = commitAll;
    this.#identify = identify;
  }

  /** Resolves to the item's result once that is durable; rejects with its own error. */
  commit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#commitLater();
    });
  }

  #commitLater(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    if (this.#hasSiblings) setTimeout(() => this.#commitNext(), PAUSE_MILLISECONDS);
    else setImmediate(() => this.#commitNext());
  }

  async #commitNext(): Promise<void> {
    const group = this.#takeGroup();
    this.#hasSiblings = group.length > 1;
    await this.#commitGroup(group);
    this.#isScheduled = false;
    this.#commitLater();
  }

  /** The first of each kind that waits; the others are left for later groups, in their order. */
  #takeGroup(): readonly Waiting<Item, Result>[] {
    const group = new Map<unknown, Waiting<Item, Result>>();
    const left: Waiting<Item, Result>[] = [];
    for (const one of this.#waiting) {
      const identity = this.#identify(one.item);
      if (group.has(identity) || group.size === MAX_ITEMS) left.push(one);
      else group.set(identity, one);
    }
    this.#waiting = left;
    return [...group.values()];
  }

  async #commitGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const outcomes = await this.#commitAll(group.map(({ item }) => item));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome !== undefined && "result" in outcome) resolve(outcome.result);
        else reject(outcome?.error);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

/** Runs `work`; what it throws becomes its outcome. */
export function toOutcome<Result>(work: () => Result): Outcome<Result> {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}
