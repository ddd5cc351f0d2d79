import { compareKeys } from "../../domain/model/original-key.js";

/**
 * The first of the segments that it is given, in the order of keys, each once. Of a directory of any size it holds twice `most`
 * at a time; whoever wants those that follow reads the directory again. It holds their UTF-8 bytes: so many strings would make
 * the heap of the process grow, which shrinks late or never.
 */
export class FirstSegments {
  readonly #most: number;
  #bytes: Buffer = Buffer.allocUnsafe(256);
  /** Where each one begins among the bytes, and where the next one will. */
  #starts: Uint32Array = new Uint32Array(16);
  #count = 0;
  /** The last one that is kept, once others were left out. */
  #bound: string | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(segment: string): void {
    if (this.#bound !== undefined && compareKeys(segment, this.#bound) > 0) return;
    this.#append(Buffer.from(segment));
    if (this.#count < 2 * this.#most) return;
    this.#sort();
    if (this.#count <= this.#most) return;
    this.#count = this.#most;
    this.#bound = this.#read(this.#count - 1);
  }

  /** Returns what was kept, and the segment after which others were left out; `undefined` if none was. */
  finish(): { readonly segments: Iterable<string>; readonly bound: string | undefined } {
    this.#sort();
    return { segments: this.#iterate(), bound: this.#bound };
  }

  *#iterate(): Generator<string> {
    for (let index = 0; index < this.#count; index += 1) yield this.#read(index);
  }

  #read(index: number): string {
    return this.#bytes.toString("utf8", this.#starts[index], this.#starts[index + 1]);
  }

  #append(bytes: Uint8Array): void {
    const start = this.#starts[this.#count] ?? 0;
    const end = start + bytes.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * end);
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    if (this.#count + 2 > this.#starts.length) {
      const larger = new Uint32Array(2 * this.#starts.length);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#bytes.set(bytes, start);
    this.#count += 1;
    this.#starts[this.#count] = end;
  }

  /** Puts them in order, each once. */
  #sort(): void {
    if (this.#count < 2) return;
    const [bytes, starts] = [this.#bytes, this.#starts];
    const compare = (a: number, b: number) =>
      bytes.compare(bytes, starts[b], starts[b + 1], starts[a], starts[a + 1]);
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index).sort(compare);
    this.#bytes = Buffer.allocUnsafe(bytes.length);
    this.#starts = new Uint32Array(starts.length);
    this.#count = 0;
    for (const [place, index] of order.entries())
      if (place === 0 || compare(order[place - 1] ?? 0, index) !== 0)
        this.#append(bytes.subarray(starts[index], starts[index + 1]));
  }
}
