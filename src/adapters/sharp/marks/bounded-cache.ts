interface Kept<Value> {
  readonly value: Promise<Value>;
  bytes: number;
}

/**
 * Makes each value once and keeps what was used last, up to `maxBytes` in sum. Who asks while a value is being made
 * waits for that one. A failure is not kept.
 */
export class BoundedCache<Value> {
  readonly #maxBytes: number;
  readonly #sizeOf: (value: Value) => number;
  readonly #kept = new Map<string, Kept<Value>>();
  #bytes = 0;

  constructor({ maxBytes, sizeOf }: { maxBytes: number; sizeOf: (value: Value) => number }) {
    this.#maxBytes = maxBytes;
    this.#sizeOf = sizeOf;
  }

  /** Bytes of all values that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value under `key`, made now if it is not there. */
  get(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#kept.get(key);
    if (known) {
      // A map remembers the order of insertion: the first key is the one that was not used for longest.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.value;
    }
    const entry: Kept<Value> = { value: make(), bytes: 0 };
    this.#kept.set(key, entry);
    entry.value.then(
      (value) => this.#weigh(key, entry, this.#sizeOf(value)),
      () => this.#forget(key, entry),
    );
    return entry.value;
  }

  #weigh(key: string, entry: Kept<Value>, bytes: number): void {
    if (this.#kept.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const [oldest, other] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest, other);
    }
  }

  #forget(key: string, entry: Kept<Value>): void {
    if (this.#kept.get(key) !== entry) return;
    this.#kept.delete(key);
    this.#bytes -= entry.bytes;
  }
}
