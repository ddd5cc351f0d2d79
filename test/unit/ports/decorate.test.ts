import { expect, it } from "@jest/globals";
import { decorate } from "../../../src/ports/checked/decorate.js";

/** With a private field, which only methods of the true object may touch. */
class Counter {
  #count = 0;
  up(by: number): number {
    this.#count += by;
    return this.#count;
  }
  twice(by: number): number {
    return this.up(by) + this.up(by);
  }
}

it("a replaced method is called instead of the port's, every other one on the port itself", () => {
  const counter = new Counter();
  const over = decorate(counter, { up: (by) => 100 * counter.up(by) });
  expect(over.up(1)).toBe(100);
  expect(over.twice(1)).toBe(2 + 3);
  const { twice } = over;
  expect(twice(1)).toBe(4 + 5);
});
