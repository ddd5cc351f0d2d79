/**
 * A history is a list of small numbers, each of which decides one thing. When they run out, nothing new happens any
 * more and everything open is brought to its end. So fast-check can generate, print, replay and shrink whole
 * histories: a shorter list is a shorter history.
 */
export class Choices {
  readonly #numbers: Uint8Array;
  #position = 0;

  constructor(numbers: Uint8Array) {
    this.#numbers = numbers;
  }

  get exhausted(): boolean {
    return this.#position >= this.#numbers.length;
  }

  /** One of 0 to `count` - 1; 0 when the choices have run out. */
  drawInteger(count: number): number {
    const number = this.#numbers[this.#position] ?? 0;
    this.#position += 1;
    return number % count;
  }

  /** One of the items, of which there must be some. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.drawInteger(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to choose from");
    return item;
  }
}
