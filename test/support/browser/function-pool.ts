import type { RunningFunction } from "../lambda/function.js";

/** A function with as many environments as there are requests at a time, as Lambda has it. */
export class FunctionPool {
  readonly #start: () => Promise<RunningFunction>;
  readonly #idle: RunningFunction[] = [];
  readonly #all: RunningFunction[] = [];

  constructor(start: () => Promise<RunningFunction>) {
    this.#start = start;
  }

  async invoke(event: unknown): Promise<unknown> {
    const one = this.#idle.pop() ?? (await this.#add());
    try {
      return await one.invoke(event);
    } finally {
      this.#idle.push(one);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.close()));
  }

  async #add(): Promise<RunningFunction> {
    const one = await this.#start();
    this.#all.push(one);
    return one;
  }
}
