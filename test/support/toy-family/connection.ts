import { SafelightError } from "../../../src/index.js";
import type { ToyService } from "./service.js";

/**
 * One process's way to the service. A request has two steps, its way there and its way back: a process that ends in
 * between has done what it asked for and does not know.
 */
export class ToyConnection {
  readonly service: ToyService;
  /** How many steps the process has taken. */
  taken = 0;
  #ended = false;
  readonly #last: number;

  /** The process ends in its `last` step; by default it lives on. */
  constructor(service: ToyService, { last = Number.POSITIVE_INFINITY }: { last?: number } = {}) {
    this.service = service;
    this.#last = last;
  }

  /** The process ends now; the service gives to others what it held. */
  end(): void {
    this.#ended = true;
    this.service.release(({ holder }) => holder === this);
  }

  /** Asks the service to do something in one step. Throws `unavailable` when it is not there, refuses us, or we ended. */
  async request<Answer>(what: string, deed: (service: ToyService) => Answer): Promise<Answer> {
    await this.#takeStep(what);
    if (this.service.state !== "up")
      throw new SafelightError(
        "unavailable",
        `the service did not answer ${what}: it is ${this.service.state}`,
      );
    const answer = deed(this.service);
    await this.#takeStep(what);
    return answer;
  }

  async #takeStep(what: string): Promise<void> {
    await Promise.resolve();
    this.taken += 1;
    if (!this.#ended && this.taken < this.#last) return;
    this.end();
    throw new SafelightError("unavailable", `the process ended during ${what}`);
  }
}
