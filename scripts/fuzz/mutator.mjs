import { repairChecksums } from "./repair-checksums.mjs";

/** Numbers that decoders stumble over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff];

/** Changes pictures in the ways in which files go wrong, the same way for the same seed. */
export class Mutator {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** Between one and six changes to one of the pictures. */
  mutate(pictures) {
    let bytes = Buffer.from(pictures[this.#drawNumber(pictures.length)]);
    for (let changes = 1 + this.#drawNumber(6); changes > 0; changes--) bytes = this.#change(bytes, pictures);
    return this.#drawNumber(4) === 0 ? bytes : repairChecksums(Buffer.from(bytes));
  }

  #change(bytes, pictures) {
    const at = this.#place(bytes);
    const length = 1 + this.#drawNumber(Math.min(64, bytes.length));
    switch (this.#drawNumber(9)) {
      case 0:
      case 1:
        bytes[at] = this.#drawNumber(256);
        return bytes;
      case 2:
        bytes[at] ^= 1 << this.#drawNumber(8);
        return bytes;
      case 3:
        return this.#chooseEdge(bytes, at);
      case 4:
        return bytes.subarray(0, Math.max(at, 1));
      case 5:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
      case 6:
        return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
      case 7:
        return Buffer.from(bytes.fill(this.#drawNumber(2) * 255, at, Math.min(at + length, bytes.length)));
      default: {
        const other = pictures[this.#drawNumber(pictures.length)];
        const from = this.#drawNumber(other.length);
        return Buffer.concat([
          bytes.subarray(0, at),
          other.subarray(from, from + length * 8),
          bytes.subarray(at),
        ]);
      }
    }
  }

  #chooseEdge(bytes, at) {
    const width = [1, 2, 4][this.#drawNumber(3)];
    if (at + width > bytes.length) return bytes;
    const value = EDGES[this.#drawNumber(EDGES.length)] % 2 ** (8 * width);
    if (this.#drawNumber(2) === 0) bytes.writeUIntBE(value, at, width);
    else bytes.writeUIntLE(value, at, width);
    return bytes;
  }

  /** Every other time in the first bytes: headers are short and matter most. */
  #place(bytes) {
    return this.#drawNumber(this.#drawNumber(2) === 0 ? Math.min(bytes.length, 200) : bytes.length);
  }

  /** Mulberry32. */
  #drawNumber(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(limit, 1);
  }
}
