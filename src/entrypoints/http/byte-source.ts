/** Reads a stream of chunks up to a delimiter, wherever the chunks were cut. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer;

  /** `start` is read before the first chunk. */
  constructor(chunks: AsyncIterable<Uint8Array>, start: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#rest = Buffer.from(start, "latin1");
  }

  /**
   * Resolves to the bytes before the next `delimiter` and skips it; `undefined` if there is none.
   * Throws `createError()` as soon as more than `most` bytes precede it.
   */
  async readUntilDelimiter(
    delimiter: Buffer,
    most: number,
    createError: () => Error,
  ): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const at = this.#rest.indexOf(delimiter);
      // Without a match the delimiter may still begin in the last bytes, so these are not taken yet.
      const end = at >= 0 ? at : Math.max(0, this.#rest.length - delimiter.length + 1);
      length += end;
      if (length > most) throw createError();
      parts.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(at >= 0 ? at + delimiter.length : end);
      if (at >= 0) return Buffer.concat(parts);
      if (!(await this.#readChunk())) return undefined;
    }
  }

  /** Resolves to the next `count` bytes, or to fewer at the end. */
  async readBytes(count: number): Promise<Buffer> {
    while (this.#rest.length < count && (await this.#readChunk()));
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  /** Releases the stream without reading the rest. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #readChunk(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#rest = Buffer.concat([this.#rest, value]);
    return true;
  }
}
