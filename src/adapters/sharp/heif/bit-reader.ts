/** Exponents of Golomb codes are no longer. */
const MAX_EXPONENT = 32;

/** Reads the bits of a syntax structure from the first on. Behind the end all bits are 0. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether it has read beyond the end: what it read is worth nothing. */
  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  /** Reads a number of `count` bits. */
  readNumber(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) value = value * 2 + this.#readBit();
    return value;
  }

  /** Reads one bit. */
  readFlag(): boolean {
    return this.#readBit() === 1;
  }

  /** Reads a Golomb code (H.265, 9.2). */
  readGolomb(): number {
    let exponent = 0;
    while (exponent < MAX_EXPONENT && !this.readFlag()) exponent++;
    return 2 ** exponent - 1 + this.readNumber(exponent);
  }

  /** Passes over bits. */
  skip(count: number): void {
    this.#at += count;
  }

  /** Passes over Golomb codes. */
  skipGolombs(count: number): void {
    for (let left = count; left > 0; left--) this.readGolomb();
  }

  #readBit(): number {
    const at = this.#at++;
    return ((this.#bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  }
}
