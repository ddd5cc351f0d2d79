interface Entry<Value> {
  readonly value: Promise<Value>;
  bytes: number;
}

/**
 * Keeps the values that were used last, up to `maxBytes` in sum. Calls for a value that is being created wait for it. A
 * failure is not kept.
 */
export class LruCache<Value> {
  readonly #maxBytes: number;
  readonly #measureBytes: (value: Value) => number;
  readonly #entries = new Map<string, Entry<Value>>();
  #bytes = 0;

  constructor({ maxBytes, measureBytes }: { maxBytes: number; measureBytes: (value: Value) => number }) {
    this.#maxBytes = maxBytes;
    this.#measureBytes = measureBytes;
  }

  /** The bytes of all values in the cache. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the value under `key`, and creates it first if it is not there. */
  get(key: string, create: () => Promise<Value>): Promise<Value> {
    const existing = this.#entries.get(key);
    if (existing) {
      // A map keeps the order of insertion: its first key is the least recently used.
      this.#entries.delete(key);
      this.#entries.set(key, existing);
      return existing.value;
    }
    const entry: Entry<Value> = { value: create(), bytes: 0 };
    this.#entries.set(key, entry);
    entry.value.then(
      (value) => this.#account(key, entry, this.#measureBytes(value)),
      () => this.#evict(key, entry),
    );
    return entry.value;
  }

  #account(key: string, entry: Entry<Value>, bytes: number): void {
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const [oldest, other] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#evict(oldest, other);
    }
  }

  #evict(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
