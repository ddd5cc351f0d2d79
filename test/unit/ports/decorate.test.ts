import { expect, it } from "@jest/globals";
import { decorate } from "../../../src/ports/checked/decorate.js";

/** With a private field, which only methods of the true object may touch. */
class Counter {
  #count = 0;
  increment(by: number): number {
    this.#count += by;
    return this.#count;
  }
  incrementTwice(by: number): number {
    return this.increment(by) + this.increment(by);
  }
}

it("a replaced method is called instead of the port's, every other one on the port itself", () => {
  const counter = new Counter();
  const over = decorate(counter, { increment: (by) => 100 * counter.increment(by) });
  expect(over.increment(1)).toBe(100);
  expect(over.incrementTwice(1)).toBe(2 + 3);
  const { incrementTwice: twice } = over;
  expect(twice(1)).toBe(4 + 5);
});
