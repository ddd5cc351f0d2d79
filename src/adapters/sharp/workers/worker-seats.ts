import type { Worker } from "./worker.js";

/** The most small calls in one process. Two are worked on at a time: more of them wait where they are at hand. */
const SEATS = 4;

/** The seats of the processes that small calls share. A process that has none taken is not among them. */
export class WorkerSeats {
  readonly #taken = new Map<Worker, number>();

  /** Takes a seat beside other small calls, preferably where the bytes are held already; `undefined` if there is none. */
  take(canJoin: (worker: Worker) => boolean, bytes: Uint8Array): Worker | undefined {
    const open = [...this.#taken].filter(([worker, taken]) => taken < SEATS && canJoin(worker));
    const [worker] = open.find(([one]) => one.hasInspected(bytes)) ?? open[0] ?? [];
    if (worker) this.#taken.set(worker, (this.#taken.get(worker) ?? 0) + 1);
    return worker;
  }

  /** Takes the first seat of a process that nobody else uses. */
  open(worker: Worker): void {
    this.#taken.set(worker, 1);
  }

  /** Gives a seat back, of a process that a call had by itself too; returns whether nobody is left in it. */
  leave(worker: Worker): boolean {
    const left = (this.#taken.get(worker) ?? 1) - 1;
    if (left === 0) this.#taken.delete(worker);
    else this.#taken.set(worker, left);
    return left === 0;
  }
}
