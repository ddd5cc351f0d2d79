/** Reads chunks of bytes up to a delimiter, whatever way they were cut. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer;

  /** `start` is taken for what stands before the first chunk. */
  constructor(chunks: AsyncIterable<Uint8Array>, start: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#rest = Buffer.from(start, "latin1");
  }

  /**
   * Resolves to what stands before the next `delimiter`, and moves behind it; `undefined` if it does not come.
   * Throws `tooLong()` as soon as more than `most` bytes stand before it.
   */
  async until(delimiter: Buffer, most: number, tooLong: () => Error): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const at = this.#rest.indexOf(delimiter);
      // Without a match the delimiter may still begin in the last bytes, so these are not taken yet.
      const end = at >= 0 ? at : Math.max(0, this.#rest.length - delimiter.length + 1);
      length += end;
      if (length > most) throw tooLong();
      parts.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(at >= 0 ? at + delimiter.length : end);
      if (at >= 0) return Buffer.concat(parts);
      if (!(await this.#more())) return undefined;
    }
  }

  /** Resolves to the next `count` bytes, or to fewer at the end. */
  async take(count: number): Promise<Buffer> {
    while (this.#rest.length < count && (await this.#more()));
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  /** Nothing more is wanted: lets go of the chunks. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#rest = Buffer.concat([this.#rest, value]);
    return true;
  }
}
